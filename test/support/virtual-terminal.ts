// As much of a terminal as the local chat uses: text that wraps, line breaks, cursor movements, erasing to the end of the screen.

export class VirtualTerminal {
  readonly #columns: number;
  #rows: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  write(text: string): void {
    for (const [token] of text.matchAll(/\u001b\[\d*[A-Za-z]|[\s\S]/gu)) this.#put(token);
  }

  /** What stands on the screen; an empty last row is left out. */
  lines(): string[] {
    return this.#rows.at(-1) === '' ? this.#rows.slice(0, -1) : [...this.#rows];
  }

  #put(token: string): void {
    const control = /^\u001b\[(\d*)([A-Za-z])$/.exec(token);
    if (control !== null) {
      this.#control(control[2]!, Number(control[1] || 1));
    } else if (token === '\r') {
      this.#column = 0;
    } else if (token === '\n') {
      this.#to(this.#row + 1, 0);
    } else {
      if (this.#column === this.#columns) this.#to(this.#row + 1, 0);
      const row = this.#rows[this.#row]!.padEnd(this.#column);
      this.#rows[this.#row] = row.slice(0, this.#column) + token + row.slice(this.#column + 1);
      this.#column++;
    }
  }

  #control(letter: string, count: number): void {
    switch (letter) {
      case 'A':
        this.#to(Math.max(0, this.#row - count), this.#column);
        break;
      case 'G':
        this.#column = count - 1;
        break;
      case 'J':
        this.#rows[this.#row] = this.#rows[this.#row]!.slice(0, this.#column);
        this.#rows.length = this.#row + 1;
        break;
      default:
        throw new Error(`the chat used a control sequence that this terminal does not know: ${letter}`);
    }
  }

  #to(row: number, column: number): void {
    while (this.#rows.length <= row) this.#rows.push('');
    [this.#row, this.#column] = [row, column];
  }
}
