import { AnalystSqlServiceService } from '@youdian/contracts-analytics/analyst_sql';
import { implement, query, type Implementation } from '@youdian/service-host';
import type { Sandbox } from './sandbox.ts';

const ANALYSTS = ['analyst', 'admin'];

export function analystSqlService(sandbox: Sandbox): Implementation {
  return implement(AnalystSqlServiceService, {
    runSql: query(ANALYSTS, async ({ sql }) => {
      const { columns, rows, revision } = await sandbox.run(sql);
      return { columns: [...columns], rows: rows.map((row) => ({ cells: row.map((text) => (text === null ? {} : { text })) })), revision };
    }),
  });
}
