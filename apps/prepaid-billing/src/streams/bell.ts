/** Wakes the one who waits for it, who looks first whether there is anything to wait for. */
export function bell() {
  let wake = () => {};
  return {
    heard: () => new Promise<void>((resolve) => (wake = resolve)),
    ring: () => wake(),
  };
}
