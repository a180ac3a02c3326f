/** How time passes for whoever waits. Passed in, so that a simulated clock can drive it. */
export interface Timers {
  /** Calls `then` once, after `ms`; the answer calls that off. */
  after(ms: number, then: () => void): () => void;
  /** A turn later: whoever is woken by the same answer has acted by then. */
  soon(then: () => void): void;
}

export const realTimers: Timers = {
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  soon: (then) => void setImmediate(then),
};
