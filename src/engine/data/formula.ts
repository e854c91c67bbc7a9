// Spreadsheets run cells that begin with =, +, - or @ (OWASP, "CSV injection"), and texts come from anybody. Exported cells of that
// kind get an apostrophe in front, which spreadsheets take for "this is text"; importing takes it away again. Cells that begin with
// apostrophes before such a sign get one more, so that every text comes back as it was.

const RISKY = /^'*[=+\-@＝＋－＠]/u;
const DEFUSED = /^'+[=+\-@＝＋－＠]/u;

/** The cell as a spreadsheet may hold it. */
export const defuse = (cell: string): string => (RISKY.test(cell) ? `'${cell}` : cell);

/** The cell as it was before `defuse`. */
export const undefuse = (cell: string): string => (DEFUSED.test(cell) ? cell.slice(1) : cell);
