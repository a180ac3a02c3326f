import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BalanceLow, TopUpPosted } from '@youdian/contracts-billing/events';
import { compose } from '../message/compose.ts';
import { matchRule } from './rules.ts';

const event = (type: string, payload: unknown) => ({ type: `youdian.billing.v1.${type}`, data: Buffer.from(JSON.stringify(payload)) });
const topUp = (takenAt: string) =>
  event('TopUpPosted', TopUpPosted.toJSON(TopUpPosted.fromPartial({
    accountNo: '0000000001', amountFen: 5_000n, balanceFen: 6_200n, invoiceNo: '01-00000007',
    postedAt: new Date('2026-11-24T08:00:00Z'), takenAt: new Date(takenAt),
  })));

test('a low balance is told with the balance and the reminder that the customer set', () => {
  const match = matchRule(event('BalanceLow', BalanceLow.toJSON(BalanceLow.fromPartial({ accountNo: '0000000001', balanceFen: 1_234n, thresholdFen: 3_000n, episode: 2n }))))!;
  assert.equal(match.rule, 'BALANCE_LOW');
  assert.equal(compose(match.rule, 'zh', match.accountNo, match.facts), '【优电】户号0000000001预存电费余额12.34元,低于提醒额30.00元,请及时预存。客服热线95598。');
  assert.match(compose(match.rule, 'en', match.accountNo, match.facts), /balance CNY 12\.34 is below/);
});

test('a balance that soon runs out is told with how long it lasts', () => {
  const match = matchRule(event('BalanceLow', BalanceLow.toJSON(BalanceLow.fromPartial({ accountNo: '0000000001', balanceFen: 5_000n, thresholdFen: 3_000n, level: 'BALANCE_LEVEL_EARLY', daysLeft: 5 }))))!;
  assert.equal(compose(match.rule, 'zh', match.accountNo, match.facts), '【优电】户号0000000001预存电费余额50.00元,预计还可用5天,请及时预存。客服热线95598。');
  assert.match(compose(match.rule, 'en', match.accountNo, match.facts), /balance CNY 50\.00; at your recent use it lasts 5 more days\./);
});

test('who owes is told what is owed', () => {
  const match = matchRule(event('BalanceLow', BalanceLow.toJSON(BalanceLow.fromPartial({ accountNo: '0000000001', receivableFen: 100_001n, thresholdFen: 3_000n }))))!;
  assert.match(compose(match.rule, 'zh', match.accountNo, match.facts), /欠费1,000\.01元/);
});

test('money taken now is confirmed to the customer', () => {
  const match = matchRule(topUp('2026-11-24T07:59:00Z'))!;
  assert.equal(match.rule, 'TOP_UP_RECEIPT');
  assert.match(compose(match.rule, 'zh', match.accountNo, match.facts), /预存50\.00元已到账,余额62\.00元,票号01-00000007/);
});

test('history that is imported is nobody’s news', () => {
  assert.equal(matchRule(topUp('2026-03-01T07:59:00Z')), undefined);
});

test('a language that we do not have is answered in Chinese', () => {
  assert.match(compose('TOP_UP_RECEIPT', 'bo', '1', { amountFen: '1', balanceFen: '1' }), /已到账/);
});

test('an event that no rule speaks of asks for nothing; one that is not what it says is refused', () => {
  assert.equal(matchRule(event('ChargePosted', {})), undefined);
  assert.throws(() => matchRule({ type: 'youdian.billing.v1.BalanceLow', data: Buffer.from('not json') }));
});
