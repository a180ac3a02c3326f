import type { z } from 'zod';
import { type FieldError, HttpProblem } from './problem.ts';
import { quoted } from './refusals.ts';

const ERRORS_MAX = 20;
const SEPARATOR = '\n';

/** A schema's own message in both languages. */
export function says(zh: string, en: string): string {
  return `${zh}${SEPARATOR}${en}`;
}

/** Reads what came with a route's schema; throws 400 naming each wrong field, in both languages. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => toErrors(issue, input)).slice(0, ERRORS_MAX);
  const { field, code, detail, detailEn } = errors[0]!;
  throw new HttpProblem({ status: 400, code, field, zh: detail, en: detailEn, errors });
}

type Issue = z.core.$ZodIssue;

function toErrors(issue: Issue, input: unknown): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const field = quoted([...path, key].join('.'));
      return { field, code: 'FIELD_UNKNOWN', detail: `没有 ${field} 这一项;请去掉,或检查拼写。`, detailEn: `There is no field ${field}; leave it out, or check the spelling.` };
    });
  }
  const field = quoted(path.join('.'));
  const [zh, en] = expectation(issue);
  if (isMissing(issue, input)) return [{ field, code: 'FIELD_MISSING', detail: `请填写 ${field}:${zh}`, detailEn: `${field} is missing. ${en}` }];
  return [{ field, code: 'VALUE_MALFORMED', detail: `${field || '内容'} 有误:${zh}`, detailEn: `${field || 'The body'} is wrong. ${en}` }];
}

function isMissing(issue: Issue, input: unknown): boolean {
  if (issue.path.length === 0) return false;
  let value: any = input;
  for (const key of issue.path) value = value?.[key];
  return value === undefined;
}

const TYPES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  string: ['应为一个文本值。', 'It is one text value.'],
  number: ['应为数字。', 'It is a number.'],
  int: ['应为整数。', 'It is a whole number.'],
  boolean: ['应为 true 或 false。', 'It is true or false.'],
  object: ['应为 JSON 对象。', 'It is a JSON object.'],
};

function expectation(issue: Issue): readonly [zh: string, en: string] {
  const [zh, en] = issue.message.split(SEPARATOR);
  if (zh && en) return [zh, en];
  switch (issue.code) {
    case 'invalid_value':
      return [`应为 ${issue.values.map(String).join('、')} 之一。`, `It is one of ${issue.values.map(String).join(', ')}.`];
    case 'too_big':
      return issue.origin === 'string' ? [`不超过 ${issue.maximum} 个字符。`, `At most ${issue.maximum} characters.`] : [`不大于 ${issue.maximum}。`, `At most ${issue.maximum}.`];
    case 'too_small':
      return issue.origin === 'string' ? [`不少于 ${issue.minimum} 个字符。`, `At least ${issue.minimum} characters.`] : [`不小于 ${issue.minimum}。`, `At least ${issue.minimum}.`];
    case 'invalid_type':
      return TYPES[issue.expected] ?? ['类型不对。', 'It is of another type.'];
    default:
      return ['格式不对。', 'It has another form.'];
  }
}
