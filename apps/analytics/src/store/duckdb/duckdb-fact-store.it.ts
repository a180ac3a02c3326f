import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factStoreContract } from '../fact-store-contract.ts';
import { DuckDbHome } from './duckdb-home.ts';

factStoreContract('DuckDB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-facts-'));
  return {
    home: new DuckDbHome({ folder, memoryLimitMb: 512, clock: () => new Date('2026-05-01T00:00:00Z') }),
    close: async () => rmSync(folder, { recursive: true }),
  };
});
