import { encodeEvent, encodeProgress, partitionOf, type Event, type History, type InRecord, type OutRecord } from '@youdian/messaging';
import { SHIFT_EVENTS } from '../facts/shifts.ts';
import {
  ACCOUNT_TOPIC, ARREARS_TOPIC, BALANCE_TOPIC, CASE_TOPIC, CUSTOMER_TOPIC, MESSAGE_TOPIC, NETWORK_TOPIC, OUTAGE_TOPIC, ownerOf, PARTITIONS, POSTING_TOPIC, SHIFT_TOPIC,
} from '../topics.ts';

/** For tests: what happened, as the services would tell it, each subject's events in sequence. */
export class Story {
  readonly events: Event[] = [];
  readonly #sequences = new Map<string, bigint>();
  #now = new Date('2026-11-24T01:00:00Z');

  /** From now on, what is said is committed at this time. */
  at(time: string): this {
    this.#now = new Date(time);
    return this;
  }

  /** `type` without `youdian.`: `desk.v1.CaseOpened`. The payload is proto3 JSON. */
  say(type: string, subject: string, payload: object): Event {
    const topic = topicOf(type);
    const key = `${topic}|${subject}`;
    const sequence = (this.#sequences.get(key) ?? 0n) + 1n;
    this.#sequences.set(key, sequence);
    const event: Event = {
      topic, type: `youdian.${type}`, subject, sequence, id: `${subject}:${sequence}:0`, source: `/youdian/${ownerOf(topic)}`, time: this.#now,
      data: Buffer.from(JSON.stringify(payload)),
    };
    this.events.push(event);
    return event;
  }

  region(regionId: string, name: string): void {
    this.say('customer.v1.RegionDefined', regionId, { regionId, name });
  }

  line(lineId: string, regionId: string, name: string): void {
    this.say('customer.v1.LineDefined', lineId, { lineId, regionId, name });
  }

  account(accountNo: string, version: { usageNature: string; kva: number; regionId?: string; lineId?: string; from: string }): void {
    const type = this.#sequences.has(`${ACCOUNT_TOPIC}|${accountNo}`) ? 'AccountUpdated' : 'AccountRegistered';
    const { usageNature, kva, regionId = '', lineId = '', from } = version;
    this.say(`customer.v1.${type}`, accountNo, {
      accountNo, customerId: `c-${accountNo}`, usageNature: `USAGE_NATURE_${usageNature}`, installedCapacityKva: String(kva), regionId, lineId, effectiveAt: from,
    });
  }

  opened(caseId: string, details: { kind: string; openedAt: string; channel?: string; regionId?: string; lineId?: string; accountNo?: string }): void {
    const { kind, openedAt, channel = 'HOTLINE', regionId = '', lineId = '', accountNo = '' } = details;
    this.say('desk.v1.CaseOpened', caseId, { caseId, kind: `CASE_KIND_${kind}`, channel: `CASE_CHANNEL_${channel}`, regionId, lineId, accountNo, openedAt });
  }

  classified(caseId: string, classification: string): void {
    this.say('desk.v1.CaseClassified', caseId, { caseId, classification, classifiedAt: this.#now.toISOString() });
  }

  resolved(caseId: string, resolvedAt: string, customersAffected = 0): void {
    this.say('desk.v1.CaseResolved', caseId, { caseId, resolvedAt, customersAffected: String(customersAffected) });
  }

  /** `steps`: when, and how many customers had power again. Told again, it is corrected. */
  outage(outageId: string, details: { lineId: string; startedAt: string; customers: number; steps?: readonly (readonly [at: string, customers: number])[]; regionId?: string; cause?: string; equipment?: string; planned?: boolean; cancelled?: boolean }): void {
    const { lineId, startedAt, customers, steps = [], regionId = '', cause = '', equipment = '', planned = false, cancelled = false } = details;
    const restored = steps.reduce((sum, [, count]) => sum + count, 0);
    const type = cancelled ? 'OutageCancelled' : this.#sequences.has(`${OUTAGE_TOPIC}|${outageId}`) ? 'OutageCorrected' : 'OutageRecorded';
    this.say(`desk.v1.${type}`, outageId, {
      outage: {
        outageId, regionId, lineId, planned, startedAt, customersAffected: String(customers), cause, equipment,
        restorations: steps.map(([restoredAt, count]) => ({ restoredAt, customersRestored: String(count) })), ...(restored === customers ? { endedAt: steps.at(-1)![0] } : {}),
      },
    });
  }

  toppedUp(accountNo: string, amountFen: bigint, takenAt: string, channel = 'COUNTER'): void {
    this.say('billing.v1.TopUpPosted', accountNo, {
      postingId: `p${this.events.length}`, accountNo, amountFen: String(amountFen), channel: `TOP_UP_CHANNEL_${channel}`, postedAt: this.#now.toISOString(), takenAt,
    });
  }

  charged(accountNo: string, amountFen: bigint, period: string, postedAt: string, dueOn = ''): void {
    this.say('billing.v1.ChargePosted', accountNo, { postingId: `p${this.events.length}`, accountNo, amountFen: String(amountFen), chargeId: `ch${this.events.length}`, period, postedAt, dueOn });
  }

  /** A charge is raised or lowered. */
  adjusted(accountNo: string, amountFen: bigint, period: string, postedAt: string, dueOn: string): void {
    this.say('billing.v1.ChargeAdjusted', accountNo, { postingId: `p${this.events.length}`, accountNo, amountFen: String(amountFen), adjustmentId: `a${this.events.length}`, chargeId: 'ch', period, postedAt, dueOn });
  }

  reversed(accountNo: string, posted: Event): void {
    const { postingId, amountFen, channel, takenAt, postedAt } = JSON.parse(Buffer.from(posted.data).toString()) as Record<string, string>;
    this.say('billing.v1.TopUpReversed', accountNo, { postingId: `p${this.events.length}`, accountNo, amountFen, reversedPostingId: postingId, channel, takenAt, postedAt });
  }

  /** A shift, and its close where it has one: what the ledger, the invoices and the bank say. */
  shift(shiftId: string, { outletId, day, sums }: { outletId: string; day: string; sums?: readonly [records: bigint, invoices: bigint, slips: bigint] }): void {
    const at = `${day}T01:00:00Z`;
    this.say('billing.v1.ShiftOpened', shiftId, { shiftId, collectorId: 'C01', outletId, teamId: '', day, floatFen: '100', openedAt: at });
    if (!sums) return;
    const [records, invoices, slips] = sums.map(String);
    this.say('billing.v1.ShiftClosed', shiftId, {
      shiftId, closedAt: at, records: { topUpCount: '1', topUpFen: records },
      declared: { invoiceCount: '1', invoiceFen: invoices, countedCashFen: String(sums[0] + 100n), slips: [{ slipNo: 'S1', bank: 'B', amountFen: slips }] },
    });
  }

  inArrears(accountNo: string, itemId: string, owedFen: bigint, period: string, dueOn: string, startedOn: string): void {
    this.say('billing.v1.ArrearsStarted', accountNo, { accountNo, itemId, period, dueOn, owedFen: String(owedFen), startedOn, postedAt: `${startedOn}T00:00:00Z` });
  }

  closed(accountNo: string, postedAt: string): void {
    this.say('billing.v1.AccountClosed', accountNo, { accountNo, postingId: `closing-${accountNo}`, postedOn: postedAt.slice(0, 10), postedAt });
  }

  cleared(accountNo: string, itemId: string, clearedOn: string): void {
    this.say('billing.v1.ArrearsCleared', accountNo, { accountNo, itemId, paidFen: '1', clearedOn, postedAt: `${clearedOn}T08:00:00Z` });
  }

  /** The owners' histories. */
  history(): History {
    const { events } = this;
    return {
      async *read(topic, subject, fromSequence) {
        for (const event of events) if (event.topic === topic && event.subject === subject && event.sequence >= fromSequence) yield event;
      },
      async *readAll(topic, cursor = '0') {
        for (let i = Number(cursor); i < events.length; i++) if (events[i]!.topic === topic) yield { event: events[i]!, cursor: String(i + 1) };
      },
    };
  }
}

function topicOf(type: string): string {
  const name = type.slice(type.lastIndexOf('.') + 1);
  if (type.startsWith('desk.')) return name.startsWith('Outage') ? OUTAGE_TOPIC : CASE_TOPIC;
  if (type.startsWith('notification.')) return MESSAGE_TOPIC;
  if (`youdian.${type}` in SHIFT_EVENTS) return SHIFT_TOPIC;
  if (type.startsWith('billing.')) return name === 'BalanceLow' ? BALANCE_TOPIC : name.startsWith('Arrears') ? ARREARS_TOPIC : POSTING_TOPIC;
  return name.startsWith('Account') ? ACCOUNT_TOPIC : name.startsWith('Customer') ? CUSTOMER_TOPIC : NETWORK_TOPIC;
}

/** A record as the topic would hold it. */
export function recordOf(event: Event, offset: number): InRecord {
  return asRead(encodeEvent(event), offset);
}

export function progressOf(topic: string, partition: number, through: Date, offset: number): InRecord {
  return asRead(encodeProgress('/youdian/test', topic, partition, through, through), offset);
}

export function partitionFor(event: Event): number {
  return partitionOf(event.subject, PARTITIONS);
}

function asRead({ key, value, headers }: OutRecord, offset: number): InRecord {
  return { key: key === null ? null : Buffer.from(key), value, headers, offset: String(offset), timestamp: '0' };
}
