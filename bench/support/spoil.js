// Ways to make a training set worse on purpose, by seeded chance.

/**
 * A share of the examples gets another label, any of the others.
 * @param {readonly { text: string, label: string }[]} examples
 * @param {{ share: number, rng: import('../../src/engine/random.js').Rng }} how
 */
export function mislabel(examples, { share, rng }) {
  const labels = [...new Set(examples.map(({ label }) => label))];
  const order = rng.shuffle(examples.map((_, i) => i));
  const wrong = new Set(order.slice(0, Math.round(share * examples.length)));
  return examples.map((example, i) => {
    if (!wrong.has(i)) return example;
    const others = labels.filter((label) => label !== example.label);
    return { ...example, label: others[rng.integer(others.length)] };
  });
}

/** Half of the labels, by chance, keep one of `ratio` of their examples, and at least one. */
export function unbalance(examples, { ratio, rng }) {
  const labels = [...new Set(examples.map(({ label }) => label))].sort();
  const rare = new Set(rng.shuffle(labels).slice(0, Math.floor(labels.length / 2)));
  const left = new Map(
    labels.map((label) => [
      label,
      Math.max(1, Math.round(examples.filter((each) => each.label === label).length / ratio)),
    ]),
  );
  return examples.filter(({ label }) => {
    if (!rare.has(label)) return true;
    left.set(label, left.get(label) - 1);
    return left.get(label) >= 0;
  });
}
