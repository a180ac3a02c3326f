/** One analyst's SELECT, in a process that is killed when it takes too much. Nothing here is worth reading or breaking. */
import { writeFileSync } from 'node:fs';
import { inputOf, tell } from '../helper/helper.ts';
import { openSandbox, runSelect } from './run-select.ts';

try {
  // Where memory runs out all the same, the system takes this process first.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Not Linux, or files cannot be written at all, which is as good.
}
const { file, sql } = inputOf<{ file: string; sql: string }>();
tell(await runSelect(await openSandbox(file), sql));
