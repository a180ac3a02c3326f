/**
 * A refusal that a person can act on. The domain returns or throws it; one place maps it to gRPC, one to problem+json.
 * `field` is the input's path in the API's own names; `zh` and `en` say what is wrong and what would work.
 */
export interface Rejection {
  readonly kind: RejectionKind;
  /** Stable, upper-case, for programs: `ACCOUNT_UNKNOWN`. */
  readonly code: string;
  readonly field?: string;
  readonly zh: string;
  readonly en: string;
}

/** invalid 400 · unknown 404 · conflict 409 · refused 422 · forbidden 403 · unavailable 503 (retry with the same key). */
export type RejectionKind = 'invalid' | 'unknown' | 'conflict' | 'refused' | 'forbidden' | 'unavailable';

export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly rejection: Rejection;

  constructor(rejection: Rejection) {
    super(`${rejection.code}: ${rejection.en}`);
    this.rejection = rejection;
  }
}

export function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && 'kind' in value && 'code' in value && 'zh' in value;
}
