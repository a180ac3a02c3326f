import { Rejected } from '@youdian/rejection';
import { SANDBOX_LIMITS } from './limits.ts';
import type { NotSelected } from './run-select.ts';

const SECONDS = SANDBOX_LIMITS.timeMs / 1_000;

export function sqlTooLong(): Rejected {
  return new Rejected({
    kind: 'invalid', code: 'SQL_LENGTH', field: 'sql',
    zh: `请写一条 1 到 ${SANDBOX_LIMITS.sqlCharacters} 个字符的 SELECT。`, en: `Write one SELECT of 1 to ${SANDBOX_LIMITS.sqlCharacters} characters.`,
  });
}

export function busy(): Rejected {
  return new Rejected({
    kind: 'unavailable', code: 'SQL_BUSY',
    zh: '正在运行的 SQL 太多,请稍后再试。', en: 'Too much SQL is running; try again in a moment.',
  });
}

export function tookTooMuch(what: 'time' | 'memory'): Rejected {
  return what === 'time'
    ? new Rejected({
      kind: 'refused', code: 'SQL_TOO_SLOW', field: 'sql',
      zh: `SQL 运行超过 ${SECONDS} 秒,已停止;请缩小范围或先聚合。`, en: `The SQL ran for more than ${SECONDS} s and was stopped; ask for less, or aggregate first.`,
    })
    : new Rejected({
      kind: 'refused', code: 'SQL_TOO_LARGE', field: 'sql',
      zh: 'SQL 占用内存过多,已停止;请缩小范围或先聚合。', en: 'The SQL took too much memory and was stopped; ask for less, or aggregate first.',
    });
}

export function refusal({ refused, detail }: NotSelected): Rejected {
  const [kind, zh, en] = {
    ONE_STATEMENT: ['invalid', '请只写一条语句。', 'Write one statement.'],
    ONLY_SELECT: ['invalid', '这里只能查询:请写 SELECT。', 'Only questions are answered here: write a SELECT.'],
    NOT_ALLOWED: ['invalid', `这里不能用 ${detail};只能查询事实表(SHOW TABLES 可列出)。`, `${detail} cannot be used here; only the tables of facts can be asked (SHOW TABLES lists them).`],
    SQL_FAILED: ['invalid', `SQL 不能运行:${detail}`, `The SQL cannot be run: ${detail}`],
    TOO_MANY_ROWS: ['refused', `结果超过 ${SANDBOX_LIMITS.rows} 行;请聚合或加 LIMIT。`, `The answer has more than ${SANDBOX_LIMITS.rows} rows; aggregate, or add a LIMIT.`],
    TOO_MANY_BYTES: ['refused', '结果太大;请少选列或聚合。', 'The answer is too large; select fewer columns, or aggregate.'],
  }[refused] as ['invalid' | 'refused', string, string];
  return new Rejected({ kind, code: refused, field: 'sql', zh, en });
}
