import { z } from 'zod';
import { PROBLEM_TITLES } from '../problem/problem.ts';
import { ACTOR_FORM, KEY_CHARACTERS_MAX } from '../rest/caller.ts';
import { FILE_BYTES_MAX, JSON_BYTES_MAX } from '../rest/read-body.ts';
import { isCommand, type Route } from '../rest/route.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the very routes that answer. */
export function openApi(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Youdian 优电',
      version: '1',
      description:
        '供电企业服务平台。金额是以分为单位的字符串;时间是 RFC 3339(UTC);日期和月份按北京时间。\n\n' +
        'A service platform for power-supply companies. Money is a string of fen; times are RFC 3339 in UTC; days and months are those of Asia/Shanghai. ' +
        `Requests that change something carry an Idempotency-Key: a retry with the same key gets the first answer, another body under the same key is 409. JSON bodies have at most ${JSON_BYTES_MAX / 1024} KiB.`,
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      parameters: { Actor: actor, IdempotencyKey: idempotencyKey },
      responses: Object.fromEntries(Object.keys(PROBLEM_TITLES).map((status) => [`Problem${status}`, problemResponse(Number(status))])),
      schemas: { Problem: problem },
    },
  };
}

function operation(route: Route): Json {
  const { operation, tag, summary, params, query, response, contentType, otherContentTypes = [], status = 200 } = route;
  const content = contentType ? Object.fromEntries([contentType, ...otherContentTypes].map((type) => [type, { schema: { type: 'string' } }])) : { 'application/json': { schema: schemaOf(response) } };
  return {
    operationId: operation,
    tags: [tag],
    summary: `${summary.zh} · ${summary.en}`,
    parameters: [
      { $ref: '#/components/parameters/Actor' },
      ...(isCommand(route) ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
      ...parameters('path', params),
      ...parameters('query', query),
    ],
    ...requestBody(route),
    responses: {
      [status]: { description: status === 201 ? 'done' : 'the answer', content },
      ...Object.fromEntries(problemsOf(route).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }])),
    },
  };
}

function parameters(place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [], additionalProperties } = schemaOf(schema) as { properties?: Record<string, Json>; required?: string[]; additionalProperties?: unknown };
  const named = Object.entries(properties).map(([name, { description, ...form }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description ? { description } : {}),
    schema: form,
  }));
  if (!additionalProperties) return named;
  return [...named, { name: 'filters', in: 'query', description: 'dimension=value, any number; an empty value asks for what is not known', style: 'form', explode: true, schema: { type: 'object', additionalProperties } }];
}

function requestBody({ body, csv }: Route): Json {
  if (csv) {
    const description =
      `CSV, UTF-8 or GB 18030, at most ${FILE_BYTES_MAX / 1024 / 1024} MiB, the first line with the columns' names. ` +
      `Required: ${csv.required.join(', ')}. Optional: ${csv.optional.join(', ')}.`;
    const content = { 'text/csv': { schema: { type: 'string' } } };
    if (!csv.orXml) return { requestBody: { required: true, description, content } };
    return { requestBody: { required: true, description: `${description} Or ${csv.orXml}.`, content: { ...content, 'application/xml': { schema: { type: 'string' } } } } };
  }
  if (!body) return {};
  const schema = schemaOf(body);
  return { requestBody: { required: ((schema['required'] as string[]) ?? []).length > 0, content: { 'application/json': { schema } } } };
}

/** As it travels: what is read into other types is documented by what is sent. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return json;
}

function problemsOf(route: Route): number[] {
  return isCommand(route) ? [400, 403, 404, 409, 413, 415, 422, 500, 503] : [400, 403, 404, 422, 500, 503];
}

function problemResponse(status: number): Json {
  const headers = status === 503 ? { headers: { 'Retry-After': { description: 'seconds; then retry with the same Idempotency-Key', schema: { type: 'integer' } } } } : {};
  return { description: PROBLEM_TITLES[status], ...headers, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}

const actor: Json = {
  name: 'X-Actor',
  in: 'header',
  required: true,
  description: '操作人 who acts, as role:id; believed as it stands until there is sign-in',
  schema: { type: 'string', pattern: ACTOR_FORM.source, examples: ['cashier:C01'] },
};

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: '重试用同一个键 the same for each retry: it gets the first answer; another body under the same key is 409',
  schema: { type: 'string', minLength: 1, maxLength: KEY_CHARACTERS_MAX },
};

const text = { type: 'string' };
const fieldError = { type: 'object', required: ['field', 'code', 'detail', 'detailEn'], properties: { field: text, code: text, detail: text, detailEn: text } };
const problem: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'detailEn', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'stable, for programs', examples: ['urn:youdian:problem:ACCOUNT_UNKNOWN'] },
    title: text,
    status: { type: 'integer' },
    code: { type: 'string', examples: ['ACCOUNT_UNKNOWN'] },
    field: { type: 'string', description: 'the input that it is about' },
    detail: { type: 'string', description: 'Chinese' },
    detailEn: { type: 'string', description: 'English' },
    errors: { type: 'array', description: 'all that is wrong, where it is more than one thing', items: fieldError },
    traceId: text,
  },
};
