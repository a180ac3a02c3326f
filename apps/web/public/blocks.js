/** What the page shows: one block, one statistic by one dimension. */

/** @typedef {import('./words.js').Word} Word */
/** @typedef {{ id: string, statistic: string, dimension: string, caption: Word, measures: { id: string, word: Word }[] }} Block */

/** @type {Block} */
export const PLACES = {
  id: 'places',
  statistic: 'faults',
  dimension: 'region',
  caption: 'places',
  measures: [
    { id: 'count', word: 'faultCount' },
    { id: 'customersAffected', word: 'customersAffected' },
    { id: 'restoreMinutesMean', word: 'restoreMinutesMean' },
  ],
};

/** @type {Block} */
export const LINES = { ...PLACES, dimension: 'line', caption: 'lines' };

/** @type {Block[]} */
export const OTHERS = [
  {
    id: 'causes',
    statistic: 'faults',
    dimension: 'cause',
    caption: 'causes',
    measures: [
      { id: 'count', word: 'faultCount' },
      { id: 'customersAffected', word: 'customersAffected' },
    ],
  },
  { id: 'categories', statistic: 'consultations', dimension: 'category', caption: 'categories', measures: [{ id: 'count', word: 'consultationCount' }] },
  { id: 'classes', statistic: 'complaints', dimension: 'class', caption: 'classes', measures: [{ id: 'count', word: 'complaintCount' }] },
  {
    id: 'channels',
    statistic: 'top-ups',
    dimension: 'channel',
    caption: 'channels',
    measures: [
      { id: 'count', word: 'topUpCount' },
      { id: 'amountFen', word: 'amountFen' },
    ],
  },
];

/**
 * The overview's figures are sums of a block's rows, so that they never disagree with the table below.
 * @type {{ block: string, word: Word, unit: Word, note?: { measure: string, word: Word } }[]}
 */
export const OVERVIEW = [
  { block: 'causes', word: 'faults', unit: 'unitFault', note: { measure: 'customersAffected', word: 'affected' } },
  { block: 'categories', word: 'consultations', unit: 'unitCase' },
  { block: 'classes', word: 'complaints', unit: 'unitCase' },
  { block: 'channels', word: 'topUps', unit: 'unitPayment', note: { measure: 'amountFen', word: 'taken' } },
];
