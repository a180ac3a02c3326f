import assert from 'node:assert/strict';

interface Refusal {
  readonly kind: string;
  readonly code: string;
  readonly field?: string;
  readonly zh: string;
  readonly en: string;
}

/** given(events).when(state => decide(…)).then(events) | .nothing() | .refused(code, field): tests that read like the rules. */
export function specification<S, E extends object>(initial: S, evolve: (state: S, event: E) => S) {
  return {
    given(...past: readonly E[]) {
      const state = past.reduce(evolve, initial);
      return {
        state,
        when(decide: (state: S) => readonly E[] | Refusal) {
          const decided = decide(state);
          return {
            then(...expected: readonly E[]): void {
              assert.deepEqual(decided, expected);
            },
            nothing(): void {
              assert.deepEqual(decided, []);
            },
            /** Checks too that the person is told something in both languages. */
            refused(code: string, field?: string): void {
              assert.ok(!Array.isArray(decided), `expected ${code}, got events ${JSON.stringify(decided, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))}`);
              const refusal = decided as Refusal;
              assert.deepEqual({ code: refusal.code, field: refusal.field }, { code, field });
              assert.ok(/[\u4e00-\u9fff]/.test(refusal.zh) && refusal.en.length > 0);
            },
          };
        },
      };
    },
  };
}
