import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { Rejected, type Rejection } from '@youdian/rejection';

/** A day of 50,000 entries has about 30 MB; the parsed tree takes some ten times as much while it is read. */
export const XML_BYTES_MAX = 48 * 1024 * 1024;
const NESTED_TAGS_MAX = 32;
/** Where the outermost element begins. */
const HEAD_CHARACTERS = 16 * 1024;
const MANY: ReadonlySet<string> = new Set(['Stmt', 'Bal', 'Ntry', 'NtryDtls', 'TxDtls', 'Ustrd', 'Strd']);

/** An element as the parser gives it: text, or children by name, attributes with `@`. */
export type Xml = string | { readonly [name: string]: Xml | readonly Xml[] } | undefined;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  // Values stay text: the parser's numbers are floats.
  parseTagValue: false,
  parseAttributeValue: false,
  // Of entities there are only those of XML itself and character references; own ones need a DOCTYPE, which is refused.
  htmlEntities: true,
  maxNestedTags: NESTED_TAGS_MAX,
  ignoreDeclaration: true,
  ignorePiTags: true,
  isArray: (name) => MANY.has(name),
});

/** Parses a whole XML file that may come from anywhere: bounded, well-formed, without a DOCTYPE (so without entity bombs). */
export function parseXml(bytes: Uint8Array): { readonly document: Xml; readonly namespaces: readonly string[] } {
  if (bytes.length > XML_BYTES_MAX) throw new Rejected(fileTooLarge);
  const text = decode(bytes);
  // The text cannot occur elsewhere but in a comment or CDATA, where a statement has no use for it.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new Rejected(doctypeRefused);
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Rejected(notWellFormed(`${valid.err.msg} (${valid.err.line}:${valid.err.col ?? 1})`));
  try {
    return { document: parser.parse(text) as Xml, namespaces: namespacesOf(text) };
  } catch (error) {
    throw new Rejected(notWellFormed((error as Error).message));
  }
}

/** The child, or the first of several; undefined where there is none. */
export function child(xml: Xml, ...path: readonly string[]): Xml {
  let at = xml;
  for (const name of path) {
    const next: Xml | readonly Xml[] = typeof at === 'object' ? at[name] : undefined;
    at = Array.isArray(next) ? (next as readonly Xml[])[0] : (next as Xml);
  }
  return at;
}

export function children(xml: Xml, name: string): readonly Xml[] {
  const found = typeof xml === 'object' ? xml[name] : undefined;
  return found === undefined ? [] : Array.isArray(found) ? found : [found as Xml];
}

/** The text of an element; '' where there is none. */
export function textAt(xml: Xml, ...path: readonly string[]): string {
  const at = child(xml, ...path);
  const text = typeof at === 'object' ? at['#text'] : at;
  return typeof text === 'string' ? text.trim() : '';
}

/** Those of the outermost element: the parser takes them away with the prefixes. */
function namespacesOf(text: string): string[] {
  const [start = ''] = /<[A-Za-z_][^>]*>/.exec(text.slice(0, HEAD_CHARACTERS).replace(/<!--[\s\S]*?-->/g, '')) ?? [];
  return Array.from(start.matchAll(/\sxmlns(?::[\w.-]+)?\s*=\s*["']([^"']*)["']/g), ([, namespace]) => namespace!);
}

function decode(bytes: Uint8Array): string {
  const declared = /^<\?xml[^>]*\sencoding=["']([A-Za-z0-9_-]+)["']/.exec(Buffer.from(bytes.subarray(0, 200)).toString('latin1'))?.[1];
  const isGb = declared !== undefined && /^gb/i.test(declared);
  try {
    return new TextDecoder(isGb ? 'gb18030' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Rejected(notWellFormed('the encoding is neither UTF-8 nor the declared GB 18030'));
  }
}

const fileTooLarge: Rejection = {
  kind: 'invalid', code: 'FILE_TOO_LARGE',
  zh: `文件超过 ${XML_BYTES_MAX / 1024 / 1024} MB，请按日分开导入。`, en: `The file has more than ${XML_BYTES_MAX / 1024 / 1024} MB: hand it in day by day.`,
};

const doctypeRefused: Rejection = {
  kind: 'refused', code: 'DOCTYPE_REFUSED',
  zh: 'XML 中不得有 DOCTYPE 或实体定义；银行的 CAMT.053 没有这些，请索取原始文件。',
  en: 'An XML statement has no DOCTYPE and defines no entities; no CAMT.053 has them: ask the bank for the original.',
};

function notWellFormed(problem: string): Rejection {
  const what = problem.slice(0, 200);
  return { kind: 'invalid', code: 'XML_INVALID', zh: `XML 不完整或有误（${what}），请重新下载。`, en: `The XML is broken (${what}): download it again.` };
}
