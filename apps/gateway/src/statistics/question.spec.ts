import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsQuery, questionQuery, toConditions, toQuestion } from './question.ts';

const ask = (query: Record<string, string>) => toQuestion('faults', questionQuery.parse(query));

test('series, comparison, totals, order, the largest and pages are asked for in words', () => {
  const { measures, groupBy, grain, compare, totals, sort, top, asOf, pageSize, pageToken } = ask({
    groupBy: 'line', measures: 'count,mean', grain: 'week', compare: 'previous,yearBefore', totals: 'true', sort: '-count,line', top: 'line:5:count', asOf: '3.15', pageSize: '50', pageToken: 'next',
  });
  assert.deepEqual({ measures, groupBy, grain, compare, totals, asOf, pageSize, pageToken }, {
    measures: ['count', 'mean'], groupBy: ['line'], grain: 'week', compare: ['previous', 'yearBefore'], totals: true, asOf: '3.15', pageSize: 50, pageToken: 'next',
  });
  assert.deepEqual(sort, [{ by: 'count', descending: true }, { by: 'line', descending: false }]);
  assert.deepEqual(top, { dimension: 'line', count: 5, measure: 'count' });
});

test('what is not asked is empty', () => {
  const { filters: _, ...question } = ask({});
  assert.deepEqual(question, {
    statistic: 'faults', groupBy: [], measures: [], from: '', to: '', grain: '', asOf: '', changesSince: '', pageSize: 0, pageToken: '', conditions: [], sort: [], top: undefined, totals: false, compare: [],
  });
});

test('any other parameter is a filter: one value, one of several, none of them, or what is not known', () => {
  assert.deepEqual(ask({ cause: 'STORM', line: 'L1,L2', region: '!R1', channel: '' }).conditions, [
    { dimension: 'cause', values: ['STORM'], exclude: false }, { dimension: 'line', values: ['L1', 'L2'], exclude: false },
    { dimension: 'region', values: ['R1'], exclude: true }, { dimension: 'channel', values: [''], exclude: false },
  ]);
  const { from, per, pageSize, ...filters } = factsQuery.parse({ from: '2026-11-01', per: 'customers', pageSize: '50', region: 'R1' });
  assert.deepEqual([from, per, pageSize, toConditions(filters as Record<string, string>)], ['2026-11-01', 'customers', 50, [{ dimension: 'region', values: ['R1'], exclude: false }]]);
});

test('what has another form is refused in its field', () => {
  const wrongs: Record<string, string>[] = [
    { grain: 'moon' }, { top: 'line' }, { top: 'line:0' }, { compare: 'tomorrow' }, { pageSize: '0' }, { pageSize: '10001' }, { asOf: 'now' }, { totals: 'yes' }, { groupBy: 'region,' }, { sort: 'count;drop' }, { from: 'yesterday' },
  ];
  for (const wrong of wrongs) {
    assert.deepEqual(questionQuery.safeParse(wrong).error?.issues.map(({ path }) => path[0]), [Object.keys(wrong)[0]], JSON.stringify(wrong));
  }
});
