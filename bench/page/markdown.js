// Pieces of a Markdown page.

/** @param {readonly string[]} head @param {readonly (readonly (string | number)[])[]} rows */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

export const code = (text) => `\`\`\`\n${text}\n\`\`\``;

/** @param {number | null | undefined} share */
export const percent = (share, digits = 1) =>
  share === null || share === undefined ? '–' : `${(100 * share).toFixed(digits)} %`;

/** Mean with its interval where it has one. */
export const percentWithin = ({ mean, low, high }) =>
  low === null ? percent(mean) : `${percent(mean)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;

/** 1234.5 → 1,234.5; what was not measured is a dash. */
export const number = (value) =>
  value === null || value === undefined ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 2 });

export const picture = (name, alt) => `![${alt}](benchmarks/${name}.svg)`;
