// Discord may deliver an event again, after a dropped connection for instance. The latest ids are remembered; each is handled once.

const REMEMBERED = 10_000;

/** Whether an id comes for the first time. */
export function createOnce(): (id: string) => boolean {
  const seen = new Set<string>();
  return (id) => {
    if (seen.has(id)) return false;
    seen.add(id);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value!);
    return true;
  };
}
