/** YAML as far as a generated document needs it: always the same text for the same value. */
export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml };

/** What YAML 1.1 and 1.2 read as this text and nothing else; all other text is quoted as JSON, which is YAML too. */
const PLAIN_KEY = /^[A-Za-z$][A-Za-z0-9_.-]*$/;
const NO_TEXT = /^(y|n|yes|no|on|off|true|false|null)$/i;

export function toYaml(value: Yaml, indent = ''): string {
  if (Array.isArray(value)) return (value as readonly Yaml[]).map((item) => `${indent}- ${nested(item, `${indent}  `).trimStart()}`).join('');
  if (typeof value !== 'object') return `${indent}${scalar(value, indent)}\n`;
  return Object.entries(value).map(([key, item]) => `${indent}${text(key)}:${isEmpty(item) || typeof item !== 'object' ? ` ${scalar(item, indent)}\n` : `\n${toYaml(item, `${indent}  `)}`}`).join('');
}

function nested(item: Yaml, indent: string): string {
  return isEmpty(item) ? `${scalar(item, indent)}\n` : toYaml(item, indent);
}

function isEmpty(item: Yaml): boolean {
  return typeof item === 'object' && Object.keys(item).length === 0;
}

function scalar(value: Yaml, indent: string): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  // Text of several lines reads best as it is.
  if (value.includes('\n')) return `|-\n${value.split('\n').map((line) => (line === '' ? '' : `${indent}  ${line}`)).join('\n')}`;
  return text(value);
}

function text(value: string): string {
  return PLAIN_KEY.test(value) && !NO_TEXT.test(value) ? value : JSON.stringify(value);
}
