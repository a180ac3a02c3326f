/** Who keeps a fund (专人专责), by date. */
import type { Fund, KeeperAppointed, KeeperConfirmed } from '@youdian/contracts-billing/events';
import type { Appointment } from '@youdian/contracts-billing/keepers';

export interface Keepers {
  /** In the order in which they were made. */
  readonly appointments: readonly Appointment[];
}

export type KeeperEvent =
  | { readonly type: 'KeeperAppointed'; readonly data: KeeperAppointed }
  | { readonly type: 'KeeperConfirmed'; readonly data: KeeperConfirmed };

export const NOBODY: Keepers = { appointments: [] };

/** All that have a keeper, in the order of a list of them. */
export const FUNDS: readonly Fund[] = ['FUND_PREPAID', 'FUND_CASH', 'FUND_TRANSIT', 'FUND_BANK', 'FUND_REFUNDS', 'FUND_SUSPENSE'];

export function evolve({ appointments }: Keepers, event: KeeperEvent): Keepers {
  switch (event.type) {
    case 'KeeperAppointed': return { appointments: [...appointments, { ...event.data, confirmedBy: '', confirmedAt: undefined }] };
    case 'KeeperConfirmed': {
      const { appointmentId, confirmedBy, confirmedAt } = event.data;
      return { appointments: appointments.map((one) => (one.appointmentId === appointmentId ? { ...one, confirmedBy, confirmedAt } : one)) };
    }
  }
}

/** The confirmed appointment that holds on a day: the last to begin by then, of several of a day the last confirmed. */
export function keeperOn({ appointments }: Keepers, day: string): Appointment | undefined {
  const holding = appointments.filter(({ confirmedBy, fromDay }) => confirmedBy !== '' && fromDay <= day);
  return holding.toSorted((a, b) => (a.fromDay === b.fromDay ? a.confirmedAt!.getTime() - b.confirmedAt!.getTime() : a.fromDay < b.fromDay ? -1 : 1)).at(-1);
}
