// What speed, growth and load set out to reach, beside what was measured: rows like those of goals.js, with a unit of their own.

/** An exponent that counts as flat, as less than proportional, as proportional. */
const FLAT = 0.1;
const SUBLINEAR = 0.95;
const LINEAR = 1.05;

/** @param {readonly Record<string, any>[]} figures */
export function speedGoals(figures) {
  const ratio = figures.find(
    ({ part, times, mode }) => part === 'encoding' && times !== undefined && mode === 'in batches',
  );
  const step = figures.find(({ part, what }) => part === 'step' && what === 'step');
  return [
    ratio &&
      goal('texts a second in batches, against EnergeticAI on the same weights', '×', {
        value: ratio.times,
        least: 2,
        aim: 5,
      }),
    step &&
      goal("training step against the backend's matrix products", 'share', {
        value: step.percentOfPeak / 100,
        least: 0.5,
        aim: 0.7,
      }),
  ].filter((row) => row !== undefined);
}

/** @param {readonly Record<string, any>[]} figures */
export function growthGoals(figures) {
  const growth = (name, what, bounds) => {
    const row = figures.find(({ part, cost }) => part === name && cost === 'answerMs');
    if (row === undefined) return undefined;
    const { exponent: value, low, high } = row;
    return goal(`growth of an answer's time with ${what}, exponent`, 'exponent', { value, low, high, ...bounds });
  };
  return [
    growth('examples', 'examples', { most: SUBLINEAR, aim: FLAT }),
    growth('labels', 'labels', { most: LINEAR, aim: SUBLINEAR }),
  ].filter((row) => row !== undefined);
}

/** @param {readonly Record<string, any>[]} figures */
export function loadGoals(figures) {
  const asks = figures.filter(({ phase, what }) => phase === 'training' && what === 'ask');
  const best = asks.reduce((top, row) => (row.perSecond > (top?.perSecond ?? 0) ? row : top), undefined);
  const swaps = figures.filter(({ phase, what }) => phase === 'swaps' && (what === 'all' || what === 'swap'));
  const answers = figures.filter(({ phase, what }) => phase === 'swaps' && what === 'answers by');
  const sum = (rows, column) => rows.reduce((total, row) => total + row[column], 0);
  return [
    ...(best === undefined
      ? []
      : [
          goal('asks a second on one core beside a training', 'a second', {
            value: best.perSecond,
            least: 60,
            aim: 150,
          }),
          goal('their p99', 'ms', { value: best.p99, most: 150, aim: 60 }),
        ]),
    ...(swaps.length === 0
      ? []
      : [
          goal(`failed answers and swaps over ${swaps.find(({ what }) => what === 'swap').requests} swaps`, 'count', {
            value: sum(swaps, 'failed'),
            most: 0,
            aim: 0,
          }),
          goal('answers by another version than they name', 'count', {
            value: sum(answers, 'byAnother'),
            most: 0,
            aim: 0,
          }),
        ]),
  ];
}

function goal(name, unit, { value, low = null, high = null, least, most, aim }) {
  const reaches = (bound) => (most === undefined ? value >= bound : value <= bound);
  return {
    part: 'goal',
    goal: name,
    unit,
    direction: most === undefined ? 'at least' : 'at most',
    bound: least ?? most,
    aim,
    value,
    low,
    high,
    reached: reaches(aim) ? 'aim' : reaches(least ?? most) ? 'bound' : 'no',
  };
}
