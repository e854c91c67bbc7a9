// One line of `handful doctor`.

/** ✓ works · ~ could be better · – not in use · ✗ broken */
export interface Finding {
  readonly mark: '✓' | '~' | '–' | '✗';
  readonly text: string;
}
