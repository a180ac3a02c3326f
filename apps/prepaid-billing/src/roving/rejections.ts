import type { Rejection } from '@youdian/rejection';
import { holderInvalid } from '../invoices/rejections.ts';
import { TAKEN_BACK } from './records/state.ts';

export { holderInvalid };

export const deviceUnknown: Rejection = {
  kind: 'unknown', code: 'DEVICE_UNKNOWN', field: 'deviceId',
  zh: '没有这台终端，请核对编号或先登记。', en: 'There is no such device: check the id, or enrol it first.',
};

export const deviceExists: Rejection = {
  kind: 'refused', code: 'DEVICE_EXISTS', field: 'deviceId',
  zh: '这个终端编号已登记；更换终端或收费员请用新的编号。', en: 'This device id is enrolled already: a new device, or another collector, gets a new id.',
};

export const publicKeyInvalid: Rejection = {
  kind: 'invalid', code: 'PUBLIC_KEY_INVALID', field: 'publicKey',
  zh: '公钥须为 Ed25519 公钥的 32 字节，写成 64 位小写十六进制。', en: 'The public key is the 32 bytes of an Ed25519 key, in 64 lower-case hex digits.',
};

export const proofInvalid: Rejection = {
  kind: 'invalid', code: 'PROOF_INVALID', field: 'proof',
  zh: '终端的登记签名与公钥不符：请核对编号、收费员和公钥是否抄写正确。', en: "The device's signature over its enrolment does not fit its public key: check id, collector and key.",
};

export const nothingToReplace: Rejection = {
  kind: 'refused', code: 'NOTHING_TO_REPLACE', field: 'replaces',
  zh: '只能替换同一收费员已注销的终端，请先注销旧终端。', en: 'Only a revoked device of the same collector can be replaced: revoke the old one first.',
};

export const causeMissing: Rejection = {
  kind: 'invalid', code: 'CAUSE_MISSING', field: 'cause',
  zh: '请说明注销原因：LOST 遗失、BROKEN 损坏或 RETIRED 停用。', en: 'Say why: LOST, BROKEN or RETIRED.',
};

export const deviceRevokedAlready: Rejection = {
  kind: 'refused', code: 'DEVICE_REVOKED_ALREADY', field: 'deviceId',
  zh: '这台终端已经注销。', en: 'This device has been revoked already.',
};

export const notYourDevice: Rejection = {
  kind: 'forbidden', code: 'NOT_YOUR_DEVICE', field: 'deviceId',
  zh: '这台终端登记在别人名下，请由其本人或主管办理。', en: 'This device is enrolled for somebody else: its collector or a manager has to do this.',
};

export const notYourDevices: Rejection = {
  kind: 'forbidden', code: 'NOT_YOUR_DEVICE', field: 'collectorId',
  zh: '收费员只能查看自己的终端，请填写自己的工号。', en: 'A collector sees his or her own devices only: give your own id.',
};

export function tooManyRecords(max: number): Rejection {
  return { kind: 'invalid', code: 'TOO_MANY_RECORDS', field: 'records', zh: `一次最多同步 ${max} 条，请分批。`, en: `At most ${max} records at a time: send the rest in another call.` };
}

export const recordInvalid: Rejection = {
  kind: 'invalid', code: 'RECORD_INVALID', field: 'records',
  zh: '这条记录不完整或写法有误：序号从 1 起，金额大于零，前一条的散列为 64 位小写十六进制。', en: 'This record is incomplete or ill written: sequences from 1, an amount above zero, the hash before it in 64 lower-case hex digits.',
};

export const signatureInvalid: Rejection = {
  kind: 'invalid', code: 'SIGNATURE_INVALID', field: 'records',
  zh: '签名不是这台终端的，或签名后内容有改动。', en: 'The signature is not this device’s, or the record was changed after it.',
};

export const recordForked: Rejection = {
  kind: 'conflict', code: 'RECORD_FORKED', field: 'records',
  zh: '这个序号已有另一条记录：终端可能从备份恢复后重复编号。本条已留存，请主管核对票据；补记请在日结更正中办理。',
  en: 'Another record has this sequence: the device may have gone on from a restored backup. This one is kept; a manager compares the paper, and the close of the shift puts it right.',
};

export const tooManyForks: Rejection = {
  kind: 'refused', code: 'TOO_MANY_FORKS', field: 'records',
  zh: '同一序号下的不同记录过多，请停用并注销这台终端。', en: 'Too many different records under one sequence: stop using this device, and revoke it.',
};

export const deviceRevoked: Rejection = {
  kind: 'refused', code: 'DEVICE_REVOKED', field: 'deviceId',
  zh: '终端已注销，无法确认本条是在注销之前签名的，须由注销人以外的主管核准。', en: 'The device is revoked, and nothing shows that it signed this before: a manager other than who revoked it has to decide.',
};

export const otherCollector: Rejection = {
  kind: 'refused', code: 'OTHER_COLLECTOR', field: 'records',
  zh: '记录中的收费员不是这台终端登记的收费员。', en: 'The record names another collector than the one whom the device is enrolled for.',
};

export const otherShift: Rejection = {
  kind: 'refused', code: 'OTHER_SHIFT', field: 'records',
  zh: '记录中的班次不存在，或不是这名收费员的。', en: 'There is no such shift, or it is not this collector’s.',
};

export const voidMismatch: Rejection = {
  kind: 'refused', code: 'VOID_MISMATCH', field: 'records',
  zh: '作废记录须指明在它之前的一条收据，且发票号、户号、金额与之相同。', en: 'A void names an earlier receipt, and repeats its number, account and amount.',
};

export const receiptNotSynced: Rejection = {
  kind: 'unavailable', code: 'RECEIPT_NOT_SYNCED', field: 'records',
  zh: '被作废的收据尚未入账，收到并入账后自动作废。', en: 'The receipt that this takes back is not in the ledger yet: it follows by itself.',
};

export const takenBack: Rejection = {
  kind: 'refused', code: TAKEN_BACK, field: 'records',
  zh: '入账前已在终端上作废，款已退回。', en: 'It was taken back on the device before it came into the ledger, and its money returned.',
};

export const recordUnknown: Rejection = {
  kind: 'unknown', code: 'RECORD_UNKNOWN', field: 'sequence',
  zh: '这台终端没有收到过这个序号的记录。', en: 'No record with this sequence has come from this device.',
};

export const nothingToDecide: Rejection = {
  kind: 'refused', code: 'NOTHING_TO_DECIDE', field: 'sequence',
  zh: '这条记录不待审批，可能已经处理。', en: 'This record does not wait for a decision; it may have been decided already.',
};

export const secondPersonForRecord: Rejection = {
  kind: 'forbidden', code: 'SECOND_PERSON_NEEDED', field: 'sequence',
  zh: '收费员本人和注销终端的人不能审批，请由另一人审批。', en: 'Neither the collector nor who revoked the device may decide on it: another person has to.',
};

export const correctInShift: Rejection = {
  kind: 'refused', code: 'CORRECT_IN_SHIFT', field: 'sequence',
  zh: '该班次已结账、尚未签核：请在该班次的差异更正中补记，不要在此核准。', en: 'Its shift is closed and not signed off: put it right there, by a correction of the difference.',
};

export const correctedAlready: Rejection = {
  kind: 'refused', code: 'CORRECTED_ALREADY', field: 'sequence',
  zh: '该班次已有一项更正把同样金额记入这个户号，不能再记；请驳回本条。', en: 'A correction of its shift has brought this amount to this account already: refuse the record.',
};
