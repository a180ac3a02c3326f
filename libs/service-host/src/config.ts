import { z } from 'zod';

/** `host:port` */
export const address = z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must look like host:port');
export const port = z.coerce.number().int().min(0).max(65535);

/** What every service with its own data needs. */
export const serviceConfig = {
  /** Where gRPC listens; `0.0.0.0:50051` in a container. */
  GRPC_LISTEN: address.default('127.0.0.1:0'),
  /** Where /livez, /readyz and /metrics listen. */
  ADMIN_LISTEN: address.default('127.0.0.1:0'),
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb://'),
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((list) => list.split(',')),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
};

/** Reads the environment once. A missing or wrong variable stops the process at once, with its name. */
export function readConfig<S extends z.ZodRawShape>(shape: S, env: NodeJS.ProcessEnv = process.env): z.infer<z.ZodObject<S>> {
  const parsed = z.object(shape).safeParse(env);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0]);
    process.stderr.write(`config: ${name} ${env[name] === undefined ? "is missing; the service's README says what it means" : `is wrong: ${issue.message}`}\n`);
  }
  process.exit(78); // EX_CONFIG
}
