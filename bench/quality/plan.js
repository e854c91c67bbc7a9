// What a whole run measures: sets, shots, draws and variants by size. A single cell is a plan of its own.

const CURVE = [1, 2, 4, 8, 16, 32];
/** Below so many shots chance decides much: never fewer than three draws. */
const FEW_SHOTS = 10;
const LEAST_DRAWS = 3;

/** Set and shots of the figures that the page sets goals for. */
const GOALS = [
  ['banking77', 10],
  ['banking77', 5],
  ['clinc150', 10],
  ['clinc150', 5],
  ['trec6', 8],
  ['sst2', 8],
  ['sms_spam', 10],
  ['fewclue_eprstmt', 10],
  ['fewclue_tnews', 10],
];

/** Most texts of a test part, and seconds that a run of the ladder may take. */
export const SIZES = {
  quick: { most: 500, budgetSeconds: 300 },
  full: { most: 2000, budgetSeconds: 1800 },
};

/** Nothing inside the encoder is trained: seconds instead of minutes. */
const FROZEN = ['in-context', 'head'];
const WITH_LORA = [...FROZEN, 'lora'];

/** Set, shots, draws, methods: what a run of a few minutes can afford. */
const QUICK = [
  ['support', 8, 3, FROZEN],
  ['trec6', 8, 3, WITH_LORA],
  ['community', 8, 3, FROZEN],
  ['support-zh', 8, 3, FROZEN],
  ['sst2', 8, 3, FROZEN],
  ['fewclue_eprstmt', 10, 3, FROZEN],
  ['fewclue_tnews', 10, 3, FROZEN],
  ['sms_spam', 10, 3, FROZEN],
  ['banking77', 10, 1, FROZEN],
];

/**
 * Cells of a size, only of sets that are here.
 * @param {'quick' | 'full'} size
 * @param {readonly string[]} names sets that are here
 * @returns {{ set: string, shots: number, seed: number, variant: string, methods: 'auto' | readonly string[] }[]}
 */
export function planOf(size, names) {
  const cells = size === 'quick' ? quickCells() : fullCells(names).map((cell) => ({ ...cell, methods: 'auto' }));
  const seen = new Set();
  return cells.filter((cell) => {
    const key = JSON.stringify([cell.set, cell.shots, cell.seed, cell.variant]);
    if (!names.includes(cell.set) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function quickCells() {
  const frozen = (cells) => cells.map((cell) => ({ ...cell, methods: FROZEN }));
  return [
    ...QUICK.flatMap(([set, shots, draws, methods]) =>
      cellsOf(set, shots, draws).map((cell) => ({ ...cell, methods })),
    ),
    ...frozen([1, 2, 4, 16, 32].flatMap((shots) => cellsOf('trec6', shots, LEAST_DRAWS))),
    ...frozen(cellsOf('trec6', 8, LEAST_DRAWS, 'noise-20')),
    ...frozen(cellsOf('banking77', 10, 1, 'noise-20')),
    ...frozen(cellsOf('trec6', 16, LEAST_DRAWS, 'imbalance-10')),
    ...frozen(cellsOf('clinc150', 10, 1)),
  ];
}

function fullCells(names) {
  const curves = names.flatMap((set) => CURVE.flatMap((shots) => cellsOf(set, shots, drawsFor(shots))));
  const goals = GOALS.flatMap(([set, shots]) => cellsOf(set, shots, LEAST_DRAWS));
  const spoilt = [
    ['banking77', 10],
    ['trec6', 10],
    ['fewclue_eprstmt', 16],
  ].flatMap(([set, shots]) =>
    ['clean', 'noise-10', 'noise-20', 'imbalance-10'].flatMap((variant) => cellsOf(set, shots, LEAST_DRAWS, variant)),
  );
  return [...goals, ...spoilt, ...curves];
}

export const cellsOf = (set, shots, draws, variant = 'clean') =>
  Array.from({ length: draws }, (_, seed) => ({ set, shots, seed, variant }));

/** Draws of one figure where nobody says how many. */
export const drawsFor = (shots) => (shots < FEW_SHOTS ? LEAST_DRAWS : 1);
