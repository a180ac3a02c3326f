import type { Shift as ShiftMessage } from '@youdian/contracts-billing/shifts';
import { isRejection, type Rejection } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { messageOf } from './message.ts';
import { evolve, type Shift, type ShiftEvent } from './state.ts';
import type { ShiftStore } from './store.ts';

type DecideShift = (shift: Shift | undefined, at: Date) => ShiftEvent[] | Rejection;
export type ExecuteOnShift = (shiftId: string, operation: string, input: object, call: Call, decide: DecideShift) => Promise<ShiftMessage>;

/** A caller's command on a shift, answered with the shift as it is after it; a retry gets the same. */
export function executing(store: ShiftStore): ExecuteOnShift {
  return async (shiftId, operation, input, { actor, idempotencyKey }, decide) => {
    const { result } = await store.execute(shiftId, { operation, key: idempotencyKey, actor: actor.name, input }, (state, at) => {
      const events = decide(state, at);
      if (isRejection(events)) return events;
      // Without what no answer shows.
      return { events, result: { ...events.reduce<Shift | undefined>(evolve, state)!, invoices: undefined } };
    });
    return messageOf(result);
  };
}
