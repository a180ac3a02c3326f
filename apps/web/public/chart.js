import { magnitude } from './figures.js';
import { inOrder, labelOf } from './table.js';

/** @typedef {import('./ask.js').Row} Row */

/** The height of a row of the table beside it (2.5rem in styles.css), so that bar and row stand side by side. */
const ROW_PIXELS = 40;
const ROWS_MAX = 16;
const LABEL_CHARACTERS_MAX = 12;
const INK = '#24333a';
const FAINT = '#5d6b70';
const BAR = '#2f7f79';
const BAR_CHOSEN = '#0f5f5a';
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif';

/**
 * A bar chart in the given place. The library is large, so the tables are there before it is.
 * @param {HTMLElement} place
 */
export function barChart(place) {
  /** @type {Promise<import('echarts').ECharts> | undefined} */
  let started;
  /** @type {((row: Row) => void) | undefined} */
  let open;
  /** @type {readonly Row[]} */
  let shown = [];

  const start = async () => {
    const { init } = await import('/vendor/echarts.mjs');
    const chart = init(place, null, { renderer: 'canvas' });
    chart.on('click', ({ dataIndex }) => {
      const row = shown[dataIndex];
      if (row && open) open(row);
    });
    new ResizeObserver(() => chart.resize()).observe(place);
    return chart;
  };

  return {
    /**
     * @param {{ block: import('./blocks.js').Block, rows: readonly Row[], language: import('./words.js').Language, label: string, onOpen?: ((row: Row) => void) | undefined }} options
     */
    async show({ block, rows, language, label, onOpen }) {
      open = onOpen;
      shown = inOrder(block, rows).slice(0, ROWS_MAX);
      place.hidden = shown.length === 0;
      if (place.hidden) return;
      place.style.blockSize = `${shown.length * ROW_PIXELS}px`;
      place.setAttribute('role', 'img');
      place.setAttribute('aria-label', label);
      const chart = await (started ??= start());
      chart.resize();
      chart.setOption(optionOf(block.dimension, language, shown, onOpen !== undefined), { notMerge: true });
    },
  };
}

/**
 * @param {string} dimension
 * @param {import('./words.js').Language} language
 * @param {readonly Row[]} rows
 * @param {boolean} opens
 * @returns {import('echarts').EChartsOption}
 */
function optionOf(dimension, language, rows, opens) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const text = { fontFamily: FONT, fontSize: 14, color: INK };
  return {
    animation: !calm,
    animationDuration: 250,
    animationDurationUpdate: 250,
    textStyle: text,
    grid: { left: 0, right: 48, top: 0, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { type: 'value', show: false, min: 0 },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map((row) => labelOf(row, dimension, language)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...text, formatter: short },
    },
    series: [
      {
        type: 'bar',
        data: rows.map(({ values }) => magnitude(values['count'])),
        barWidth: 18,
        cursor: opens ? 'pointer' : 'default',
        itemStyle: { color: BAR, borderRadius: [0, 3, 3, 0] },
        emphasis: { itemStyle: { color: BAR_CHOSEN } },
        label: { show: true, position: 'right', distance: 8, ...text, color: FAINT },
      },
    ],
  };
}

/** @param {string} label */
function short(label) {
  return label.length > LABEL_CHARACTERS_MAX ? `${label.slice(0, LABEL_CHARACTERS_MAX - 1)}…` : label;
}
