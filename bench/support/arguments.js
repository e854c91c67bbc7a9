// Arguments of the command line; a wrong one ends the process with 2 and says what was expected.

/** Whole numbers of 1 and more, separated by commas. @param {string} option @param {string} text */
export function wholeNumbers(option, text) {
  const numbers = text.split(',').map(Number);
  if (numbers.every((number) => Number.isInteger(number) && number > 0)) return numbers;
  return refuse(`--${option}: expected whole numbers from 1 on, with commas between, found "${text}".`);
}

/** @param {string} option @param {string} value @param {readonly string[]} allowed */
export function oneOf(option, value, allowed) {
  if (allowed.includes(value)) return value;
  return refuse(`--${option}: expected one of ${allowed.join(', ')}, found "${value}".`);
}

/** @returns {never} */
export function refuse(message) {
  console.error(message);
  process.exit(2);
}
