// What a backend says of itself once it runs.

export interface StartedBackend {
  /** Library and version. */
  readonly version: string;
  /** What it computes on, with its driver where the library tells. */
  readonly device: string;
}
