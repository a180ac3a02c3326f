import { BalanceLow, TopUpPosted } from '@youdian/contracts-billing/events';
import type { ReceivedEvent } from '@youdian/messaging';
import type { MessageFacts, MessageRule } from '../message/message.ts';

/** History that is imported is nobody's news: a receipt goes out only for money taken about now. */
const RECEIPT_FRESH_MS = 3_600_000;

export interface RuleMatch {
  readonly rule: MessageRule;
  readonly accountNo: string;
  readonly facts: MessageFacts;
}

/** Which message, if any, an event asks for. Throws where the payload is not what its type says. */
export function matchRule(event: Pick<ReceivedEvent, 'type' | 'data'>): RuleMatch | undefined {
  switch (event.type) {
    case 'youdian.billing.v1.BalanceLow': {
      const { accountNo, balanceFen, thresholdFen, receivableFen, episode, level, daysLeft } = BalanceLow.fromJSON(parse(event.data));
      const facts = { ...texts({ balanceFen, thresholdFen, receivableFen, episode }), level, ...(daysLeft !== undefined && { daysLeft: String(daysLeft) }) };
      return { rule: 'BALANCE_LOW', accountNo, facts };
    }
    case 'youdian.billing.v1.TopUpPosted': {
      const { accountNo, amountFen, balanceFen, invoiceNo, postedAt, takenAt } = TopUpPosted.fromJSON(parse(event.data));
      const age = takenAt && postedAt ? postedAt.getTime() - takenAt.getTime() : 0;
      if (age > RECEIPT_FRESH_MS) return undefined;
      return { rule: 'TOP_UP_RECEIPT', accountNo, facts: { ...texts({ amountFen, balanceFen }), invoiceNo } };
    }
    default:
      return undefined;
  }
}

const parse = (data: Uint8Array): unknown => JSON.parse(Buffer.from(data).toString('utf8'));

function texts(values: Record<string, bigint>): MessageFacts {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.toString()]));
}
