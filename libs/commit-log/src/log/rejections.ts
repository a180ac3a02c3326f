import { Rejected } from '@youdian/rejection';

/** Nobody knows yet whether it happened: the same key finds out. */
export function outcomeUnknown(): Rejected {
  return new Rejected({
    kind: 'unavailable', code: 'OUTCOME_UNKNOWN',
    zh: '暂时无法确认操作是否成功，请用同一幂等键重试', en: 'It is not known yet whether this happened: retry with the same key.',
  });
}

/** Nothing has happened: too much is waiting. */
export function overloaded(): Rejected {
  return new Rejected({
    kind: 'unavailable', code: 'OVERLOADED',
    zh: '系统繁忙，请稍后用同一幂等键重试', en: 'Too much is waiting: retry with the same key in a moment.',
  });
}

/** Nothing has happened: others kept changing the same thing first. */
export function contended(): Rejected {
  return new Rejected({
    kind: 'unavailable', code: 'CONTENDED',
    zh: '该记录正被他人频繁修改，请用同一幂等键重试', en: 'Others keep changing this at the same moment: retry with the same key.',
  });
}

export function keyReused(): Rejected {
  return new Rejected({
    kind: 'conflict', code: 'IDEMPOTENCY_KEY_REUSED', field: 'Idempotency-Key',
    zh: '该幂等键已用于内容不同的请求，请换一个新的键', en: 'This key was used for a different request: send a new key.',
  });
}
