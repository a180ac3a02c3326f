import { formatYuan } from '@youdian/money';
import type { MessageFacts, MessageRule } from './message.ts';

type Template = (facts: MessageFacts, accountNo: string) => string;

const yuan = (facts: MessageFacts, name: string) => formatYuan(BigInt(facts[name] ?? '0'));
const owes = (facts: MessageFacts) => BigInt(facts['receivableFen'] ?? '0') > 0n;
const isEarly = (facts: MessageFacts) => facts['level'] === 'BALANCE_LEVEL_EARLY';
/** How long it lasts, where that is known. */
const lasts = (facts: MessageFacts, text: (days: string) => string) => (facts['daysLeft'] === undefined || facts['daysLeft'] === '0' ? '' : text(facts['daysLeft']));

/** Every rule in both languages; a language that we do not have is answered in Chinese. */
const TEMPLATES: Record<MessageRule, Record<'zh' | 'en', Template>> = {
  BALANCE_LOW: {
    zh: (facts, accountNo) => {
      if (owes(facts)) return `【优电】户号${accountNo}预存电费已用完,欠费${yuan(facts, 'receivableFen')}元,请尽快预存。客服热线95598。`;
      const days = lasts(facts, (left) => `,预计还可用${left}天`);
      const below = isEarly(facts) ? '' : `,低于提醒额${yuan(facts, 'thresholdFen')}元`;
      return `【优电】户号${accountNo}预存电费余额${yuan(facts, 'balanceFen')}元${below}${days},请及时预存。客服热线95598。`;
    },
    en: (facts, accountNo) => {
      if (owes(facts)) return `[Youdian] Account ${accountNo}: prepaid money is used up and CNY ${yuan(facts, 'receivableFen')} is owed. Please top up soon. Hotline 95598.`;
      const days = lasts(facts, (left) => `; at your recent use it lasts ${left} more days`);
      const below = isEarly(facts) ? '' : ` is below your reminder of CNY ${yuan(facts, 'thresholdFen')}`;
      return `[Youdian] Account ${accountNo}: balance CNY ${yuan(facts, 'balanceFen')}${below}${days}. Please top up. Hotline 95598.`;
    },
  },
  TOP_UP_RECEIPT: {
    zh: (facts, accountNo) => `【优电】户号${accountNo}预存${yuan(facts, 'amountFen')}元已到账,余额${yuan(facts, 'balanceFen')}元,票号${facts['invoiceNo'] ?? ''}。`,
    en: (facts, accountNo) =>
      `[Youdian] Account ${accountNo}: CNY ${yuan(facts, 'amountFen')} received, balance CNY ${yuan(facts, 'balanceFen')}, invoice ${facts['invoiceNo'] ?? ''}.`,
  },
};

export function compose(rule: string, language: string, accountNo: string, facts: MessageFacts): string {
  const template = TEMPLATES[rule as MessageRule];
  return template[language === 'en' ? 'en' : 'zh'](facts, accountNo);
}
