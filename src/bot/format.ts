// Numbers, texts and lists as people read them, in either language.

import type { Measurement } from '../engine/index.js';
import { createSay, type Language, type Say } from './catalogue/index.js';

export interface Format {
  percent(share: number): string;
  /** Accuracy with half the width of its interval: `71 % ± 13`. */
  accuracy(measurement: Pick<Measurement, 'accuracy' | 'interval'>): string;
  duration(seconds: number): string;
  /** A text of a person in quotes, shortened at a whole character. */
  quote(text: string, maxLength?: number): string;
  list(items: readonly string[]): string;
  /** Sentences one after another; Chinese ones stand without a space. */
  sentences(...sentences: readonly string[]): string;
  bytes(count: number): string;
}

/** The sentences of a language, and how it writes numbers and lists. */
export function wordsIn(language: Language): { readonly say: Say; readonly format: Format } {
  const say = createSay(language);
  return { say, format: createFormat(say) };
}

const SHOWN_TEXT_LENGTH = 60;

export function createFormat(say: Say): Format {
  const chinese = say.language === 'zh';
  const unit = chinese ? '%' : ' %';
  const percent = (share: number): string => `${Math.round(share * 100)}${unit}`;
  return {
    percent,
    accuracy: ({ accuracy, interval: [low, high] }) => `${percent(accuracy)} ± ${Math.round((high - low) * 50)}`,
    duration: (seconds) => duration(seconds, chinese ? [' 分钟', ' 秒'] : [' min', ' s']),
    quote: (text, maxLength = SHOWN_TEXT_LENGTH) => {
      const shown = shorten(text.replace(/\s+/g, ' '), maxLength);
      return chinese ? `“${shown}”` : `"${shown}"`;
    },
    list: (items) => items.join(chinese ? '、' : ', '),
    sentences: (...sentences) => sentences.filter((sentence) => sentence !== '').join(chinese ? '' : ' '),
    bytes: (count) => (count < 1e6 ? `${Math.ceil(count / 1e3)} kB` : `${(count / 1e6).toFixed(1)} MB`),
  };
}

function duration(seconds: number, [minute, second]: readonly [string, string]): string {
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)}${second}`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${second}`;
  const rest = whole % 60;
  return rest === 0 || whole >= 600
    ? `${Math.round(whole / 60)}${minute}`
    : `${Math.floor(whole / 60)}${minute} ${rest}${second}`;
}

/** At most `maxLength` characters as people count them; a cut is shown. */
export function shorten(text: string, maxLength: number): string {
  const letters = [...text];
  return letters.length <= maxLength
    ? text
    : `${letters
        .slice(0, maxLength - 1)
        .join('')
        .trimEnd()}…`;
}

const BAR_WIDTH = 10;

/** `▕███████░░░▏` */
export function progressBar(percent: number): string {
  const full = Math.round((Math.min(100, Math.max(0, percent)) / 100) * BAR_WIDTH);
  return `▕${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}▏`;
}

/** Columns a text takes in a terminal: Chinese, Japanese, Korean and emoji take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += WIDE.test(letter) ? 2 : ZERO.test(letter) ? 0 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const ZERO = /\p{Mn}|\p{Cf}/u;

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Rows of cells as aligned columns; the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[], gap = '   '): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? padEnd(cell, widths[column]!) : padStart(cell, widths[column]!)))
        .join(gap)
        .trimEnd(),
    )
    .join('\n');
}
