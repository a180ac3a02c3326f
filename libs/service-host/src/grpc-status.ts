import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { Rejection as RejectionMessage } from '@youdian/contracts-platform/platform';
import { Rejected, type Rejection, type RejectionKind } from '@youdian/rejection';

/** The one place where refusals and gRPC statuses are mapped to each other. */
const STATUS: Record<RejectionKind, status> = {
  invalid: status.INVALID_ARGUMENT,
  unknown: status.NOT_FOUND,
  conflict: status.ALREADY_EXISTS,
  refused: status.FAILED_PRECONDITION,
  forbidden: status.PERMISSION_DENIED,
  unavailable: status.UNAVAILABLE,
};
const TRAILER = 'rejection-bin';

export function toStatus(rejection: Rejection): Pick<ServiceError, 'code' | 'details' | 'metadata'> {
  const metadata = new Metadata();
  metadata.set(TRAILER, Buffer.from(RejectionMessage.encode(RejectionMessage.fromPartial(rejection)).finish()));
  return { code: STATUS[rejection.kind], details: rejection.code, metadata };
}

/** What a failed call means to its caller: the owner's refusal, or that the owner could not be asked. */
export function fromServiceError(error: ServiceError, service: string): Error {
  const trailer = error.metadata?.get(TRAILER)[0];
  if (trailer instanceof Buffer) {
    const { kind, code, field, zh, en } = RejectionMessage.decode(trailer);
    return new Rejected({ kind: kind as RejectionKind, code, zh, en, ...(field ? { field } : {}) });
  }
  if (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED || error.code === status.CANCELLED) {
    return new Rejected({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      zh: `${service} 服务暂时没有应答,请稍后用同一个 Idempotency-Key 重试。`,
      en: `${service} does not answer at the moment; retry later with the same Idempotency-Key.`,
    });
  }
  return error;
}
