import { axisOf } from './order.js';
import { drawn, writerOf } from './values.js';
import { nameOf, say, unitName } from './words.js';

/** @typedef {import('./questions.js').Row} Row */
/** @typedef {import('../words.js').Language} Language */
/** @typedef {{ language: Language, caption: string, by: readonly string[], measure: import('./view.js').Measure, rows: readonly Row[], onDrill: (dimension: string, value: string) => void }} Shown */

const BARS_MAX = 20;
const BARS_PIXELS_MAX = 900;
const POINTS_MAX = 800;
const SERIES_MAX = 8;
const BAR_PIXELS = 30;
const LINE_PIXELS = 320;
const LABEL_CHARACTERS_MAX = 12;
const INK = '#24333a';
const FAINT = '#5d6b70';
const RULE = '#e4e8e7';
const COLOURS = ['#1f7a74', '#d98e2b', '#3f6fb0', '#b0503f', '#7a5ea8', '#7f9a3c', '#c06c9a', '#5b6b73'];
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif';

/**
 * Lines over time, bars over everything else. The library is large, so the table is there before it is.
 * @param {HTMLElement} place
 */
export function chartIn(place) {
  /** @type {Promise<import('echarts').ECharts> | undefined} */
  let started;
  /** @type {(index: number, series: number) => void} */
  let open = () => {};
  const start = async () => {
    const { init } = await import('/vendor/echarts.mjs');
    const chart = init(place, null, { renderer: 'canvas' });
    chart.on('click', ({ dataIndex, seriesIndex }) => open(dataIndex, seriesIndex ?? 0));
    new ResizeObserver(() => chart.resize()).observe(place);
    return chart;
  };
  return {
    /** What could not be drawn is said. @param {Shown | undefined} shown @returns {Promise<'' | 'chartTooDeep' | { some: number }>} */
    async show(shown) {
      place.hidden = !shown || shown.rows.length === 0 || shown.by.length === 0 || shown.by.length > 2;
      if (!shown || place.hidden) return shown && shown.by.length > 2 ? 'chartTooDeep' : '';
      const drawing = drawingOf(shown);
      place.style.blockSize = `${drawing.inTime ? LINE_PIXELS : drawing.axis.length * rowPixels(drawing.series.length) + (drawing.series.length > 1 ? 72 : 34)}px`;
      place.setAttribute('role', 'img');
      place.setAttribute('aria-label', say(shown.language, 'chartOf', { caption: shown.caption, measure: nameOf(shown.measure, shown.language) }));
      const chart = await (started ??= start());
      chart.resize();
      chart.setOption(optionOf(shown, drawing), { notMerge: true });
      open = (index) => {
        const point = drawing.axis[index];
        if (point) shown.onDrill(drawing.dimension, point.key);
      };
      return drawing.cut ? { some: drawing.axis.length } : '';
    },
  };
}

/** A row of bars is as high as they need. @param {number} bars */
function rowPixels(bars) {
  return bars === 1 ? BAR_PIXELS : 14 + 11 * bars;
}

/** @param {Shown} shown */
export function drawingOf({ language, by, measure, rows }) {
  const { axis: dimension, series: other, inTime } = axisOf(rows, by);
  const label = (/** @type {Row} */ row, /** @type {string} */ id) => row.labels[id]?.[language] || row.keys[id] || say(language, 'unknown');
  /** @type {Map<string, { key: string, label: string }>} */
  const points = new Map();
  /** @type {Map<string, { label: string, values: Map<string, number | null>, weight: number }>} */
  const series = new Map();
  for (const row of rows) {
    const key = row.keys[dimension] ?? '';
    points.set(key, { key, label: label(row, dimension) });
    const name = other ? (row.keys[other] ?? '') : '';
    const one = series.get(name) ?? { label: other ? label(row, other) : nameOf(measure, language), values: new Map(), weight: 0 };
    const value = drawn(measure, row.values[measure.id]);
    one.values.set(key, value);
    one.weight += Math.abs(value ?? 0);
    series.set(name, one);
  }
  const all = inTime ? [...points.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) : [...points.values()];
  const largest = [...series.values()].sort((a, b) => b.weight - a.weight).slice(0, SERIES_MAX);
  const axis = all.slice(0, inTime ? POINTS_MAX : Math.min(BARS_MAX, Math.floor(BARS_PIXELS_MAX / rowPixels(largest.length))));
  return { dimension, inTime, axis, series: largest, cut: axis.length < all.length || largest.length < series.size };
}

/**
 * @param {Shown} shown
 * @param {ReturnType<typeof drawingOf>} drawing
 * @returns {import('echarts').EChartsOption}
 */
function optionOf({ language, measure }, { inTime, axis, series }) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const text = { fontFamily: FONT, fontSize: 13, color: INK };
  const all = series.flatMap(({ values }) => [...values.values()]);
  // What is drawn is in the shown unit already, so it is written as a plain number; money to the yuan and fen.
  const plain = writerOf({ ...measure, unit: '' }, measure.unit === 'fen' ? [0.5, ...all] : all);
  const write = (/** @type {unknown} */ value) => (typeof value === 'number' ? plain(value) : '—');
  const categories = { type: /** @type {const} */ ('category'), data: axis.map((point) => point.label), axisLine: { lineStyle: { color: '#b9c3c1' } }, axisTick: { show: false } };
  const values = {
    type: /** @type {const} */ ('value'), name: unitName(language, measure.unit), nameTextStyle: { ...text, color: FAINT, align: /** @type {'left' | 'right'} */ (inTime ? 'left' : 'right') },
    nameLocation: /** @type {const} */ ('end'), nameGap: inTime ? 14 : 6,
    axisLabel: { ...text, fontSize: 12, color: FAINT, hideOverlap: true, formatter: (/** @type {number} */ value) => compact(value, language) }, splitLine: { lineStyle: { color: RULE } }, splitNumber: 4,
  };
  return {
    animation: !calm,
    animationDuration: 250,
    color: COLOURS,
    textStyle: text,
    grid: { left: 4, right: inTime ? 20 : 64, top: (series.length > 1 ? 38 : 8) + (inTime ? 26 : 0), bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: series.length > 1 ? { type: 'scroll', top: 0, left: 0, textStyle: text, icon: 'roundRect', itemWidth: 14, itemHeight: 8 } : undefined,
    // Rich text, for markup with styles of its own would be stopped by the page's policy.
    tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: inTime ? 'line' : 'shadow' }, textStyle: text, valueFormatter: write, confine: true },
    xAxis: inTime ? { ...categories, axisLabel: { ...text, fontSize: 12, color: FAINT, hideOverlap: true } } : { ...values, name: '' },
    yAxis: inTime ? values : { ...categories, inverse: true, axisLine: { show: false }, axisLabel: { ...text, formatter: (/** @type {string} */ label) => (label.length > LABEL_CHARACTERS_MAX ? `${label.slice(0, LABEL_CHARACTERS_MAX - 1)}…` : label) } },
    series: series.map((one) => {
      const data = axis.map(({ key }) => one.values.get(key) ?? null);
      if (inTime) return { type: 'line', name: one.label, data, symbol: 'circle', symbolSize: axis.length > 60 ? 0 : 5, lineStyle: { width: 2 }, connectNulls: false };
      return {
        type: 'bar', name: one.label, data, barMaxWidth: 16, itemStyle: { borderRadius: [0, 3, 3, 0] },
        label: series.length > 1 ? undefined : { show: true, position: 'right', distance: 6, ...text, fontSize: 12, color: FAINT, formatter: (/** @type {any} */ { value }) => write(value) },
      };
    }),
  };
}

/** @param {number} value @param {Language} language */
function compact(value, language) {
  return new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-US', { notation: 'compact', maximumFractionDigits: 2 }).format(value);
}
