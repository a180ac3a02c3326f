import { formatYuan } from '@youdian/money';
import type { MessageFacts, MessageRule } from './message.ts';

type Template = (facts: MessageFacts, accountNo: string) => string;

const yuan = (facts: MessageFacts, name: string) => formatYuan(BigInt(facts[name] ?? '0'));
const owes = (facts: MessageFacts) => BigInt(facts['receivableFen'] ?? '0') > 0n;
const isEarly = (facts: MessageFacts) => facts['level'] === 'BALANCE_LEVEL_EARLY';
/** How long it lasts, where that is known. */
const lasts = (facts: MessageFacts, text: (days: string) => string) => (facts['daysLeft'] === undefined || facts['daysLeft'] === '0' ? '' : text(facts['daysLeft']));

const where = ({ village, place }: MessageFacts, zh: boolean) => (place ? (zh ? `${village}(${place})` : `${village} (${place})`) : village!);
/** `3月4日09:00-10:30` */
const when = ({ day = '', from, to }: MessageFacts) => `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日${from}-${to}`;
const because = ({ reason }: MessageFacts, zh: boolean) => (reason ? (zh ? `(${reason})` : ` (${reason})`) : '');

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
  ROVING_VISIT: {
    zh: (facts, accountNo) => `【优电】流动收费队${when(facts)}到${where(facts, true)},可为户号${accountNo}预存电费。客服热线95598。`,
    en: (facts, accountNo) => `[Youdian] Our roving team is at ${where(facts, false)} on ${facts['day']}, ${facts['from']}-${facts['to']}: top up account ${accountNo} there. Hotline 95598.`,
  },
  ROVING_VISIT_CHANGED: {
    zh: (facts, accountNo) => `【优电】流动收费安排有变:改为${when(facts)}到${where(facts, true)},可为户号${accountNo}预存电费。客服热线95598。`,
    en: (facts, accountNo) => `[Youdian] Change of plan: our roving team is at ${where(facts, false)} on ${facts['day']}, ${facts['from']}-${facts['to']}: top up account ${accountNo} there. Hotline 95598.`,
  },
  ROVING_VISIT_CANCELLED: {
    zh: (facts, accountNo) => `【优电】原定${when(facts)}在${where(facts, true)}的流动收费取消${because(facts, true)},户号${accountNo}可到营业厅或网上预存。客服热线95598。`,
    en: (facts, accountNo) =>
      `[Youdian] Our roving team does not come to ${where(facts, false)} on ${facts['day']}, ${facts['from']}-${facts['to']}${because(facts, false)}. Please top up account ${accountNo} at a hall or online. Hotline 95598.`,
  },
};

export function compose(rule: string, language: string, accountNo: string, facts: MessageFacts): string {
  const template = TEMPLATES[rule as MessageRule];
  return template[language === 'en' ? 'en' : 'zh'](facts, accountNo);
}
