import { CHARGE_MAX_FEN } from '../ledger/limits.ts';

export type SenderChannel = 'topic' | 'stream' | 'file';

/** Where an account is and what it uses, as far as a sender's rights ask. */
export interface SupplyPoint {
  readonly regionId: string;
  readonly lineId: string;
  readonly usageNature: string;
}

/** Who hands in charges, and what they may charge. A limit that is left out is none. */
export interface Sender {
  /** `billing-center` */
  readonly id: string;
  /** For people: 算费中心 */
  readonly name: string;
  readonly channels: readonly SenderChannel[];
  readonly amountMaxFen: bigint;
  readonly accountPrefixes?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly lines?: readonly string[] | undefined;
  /** `AGRICULTURAL` */
  readonly usageNatures?: readonly string[] | undefined;
}

/** 算费中心: its ids are the ledger's as they are. */
export const BILLING_CENTER: Sender = { id: 'billing-center', name: '算费中心', channels: ['topic', 'stream', 'file'], amountMaxFen: CHARGE_MAX_FEN };

/** No id of anybody has it, so that no two names of different senders meet. */
export const OF = '~';
const NAMED = /^([a-z][a-z0-9-]{0,31}~)?[A-Za-z0-9._:/-]{1,64}$/;

/** How the ledger, and all that it tells, calls a sender's charge, adjustment or batch. */
export function named(sender: Sender, id: string): string {
  return sender.id === BILLING_CENTER.id ? id : `${sender.id}${OF}${id}`;
}

/** What `named` makes, of whatever sender. */
export function isNamed(text: string): boolean {
  return NAMED.test(text);
}

/** As whom the ledger notes a sender. */
export function actorOf(sender: Sender): string {
  return `integrator:${sender.id}`;
}

export type RightsRefusal = 'SENDER_AMOUNT_TOO_LARGE' | 'SENDER_ACCOUNT_NOT_ALLOWED';

/** What is beyond the sender's rights at first sight. */
export function checkRights({ amountMaxFen, accountPrefixes }: Sender, { accountNo, amountFen }: { readonly accountNo: string; readonly amountFen: bigint }): RightsRefusal | undefined {
  if (accountPrefixes && !accountPrefixes.some((prefix) => accountNo.startsWith(prefix))) return 'SENDER_ACCOUNT_NOT_ALLOWED';
  return amountFen > amountMaxFen || amountFen < -amountMaxFen ? 'SENDER_AMOUNT_TOO_LARGE' : undefined;
}

/** Whether customer-profile has to say where the accounts are. */
export function asksForPlaces({ regions, lines, usageNatures }: Sender): boolean {
  return regions !== undefined || lines !== undefined || usageNatures !== undefined;
}

export function mayCharge({ regions, lines, usageNatures }: Sender, at: SupplyPoint | undefined): boolean {
  if (!at) return false;
  return (regions?.includes(at.regionId) ?? true) && (lines?.includes(at.lineId) ?? true) && (usageNatures?.includes(at.usageNature) ?? true);
}
