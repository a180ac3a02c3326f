import { z } from 'zod';
import { says } from '../problem/field-errors.ts';

const COLUMNS_MAX = 64;
const NAME_CHARACTERS_MAX = 100;
const FORM = says(
  '写作“我们的列名:文件的列名”,多个用逗号隔开,例如 accountNo:户号,name:姓名;每列一次。',
  'Write ours:theirs with commas between them, for example accountNo:户号,name:姓名; each column once.',
);

/** `ours:theirs,…` → our column name to the file's, where they differ. */
export const columnMapping = z
  .string()
  .max(COLUMNS_MAX * NAME_CHARACTERS_MAX)
  .regex(/^[A-Za-z]{1,40}:[^,:]{1,100}(,[A-Za-z]{1,40}:[^,:]{1,100})*$/, FORM)
  .meta({ description: '列名对照 our column name : the file’s, where they differ', examples: ['accountNo:户号,name:姓名'] })
  .transform((list) => list.split(',').map((pair) => pair.split(':') as [string, string]))
  .refine((pairs) => pairs.length <= COLUMNS_MAX && new Set(pairs.map(([ours]) => ours)).size === pairs.length, FORM)
  .transform((pairs) => Object.fromEntries(pairs) as Record<string, string>);
