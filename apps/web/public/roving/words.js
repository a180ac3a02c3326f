import { sayer } from '../staff/words.js';

/** The words of the devices' page, in Chinese and English. */
export const say = sayer({
  zh: {
    title: '流动收费终端', all: '全部终端', loading: '正在读取…', empty: '没有终端。',
    filter: '筛选',
    deviceId: '终端', ACTIVE: '在用', REVOKED: '已注销', synced: '已同步至', syncedAt: '上次收到', open: '待处理', noneCame: '尚无记录',
    waiting: '等待入账 {n}', held: '待决定 {n}', refused: '未入账 {n}', forked: '分叉 {n}', unchained: '断链 {n}', andMore: '还有更多', clear: '无',
    enrol: '登记终端', enrolHint: '终端会显示编号、公钥和登记签名；可粘贴，也可从终端导出的文件读取。', file: '从文件读取', fileUnread: '文件里没有 Ed25519 公钥：应为终端导出的 JSON、PEM 公钥，或 64 位十六进制。', publicKey: '公钥', proof: '登记签名', replaces: '替换的已注销终端（可不填）', optionalTeam: '班组（可不填）',
    enrolled: '已登记 {id}。请接着发放号段。', through: '至第 {n} 条全部收到', highest: '最高第 {n} 条', missing: '缺第 {runs} 条', enrolledBy: '登记', revokedBy: '注销', cause: '原因', replaced: '替换 {id}',
    blocks: '发票号段', noBlocks: '还没有号段，终端不能开票。', blockIssue: '发放号段', series: '字轨', count: '张数', fromSerial: '起始号（可不填）', issued: '已发放 {from} 至 {to}。', OPEN: '使用中', RETURNED: '已退回', USED_UP: '用完',
    records: '记录', onlyOpen: '只看待处理', allRecords: '全部', noRecords: '没有待处理的记录。', noRecordsAtAll: '还没有收到记录。', sequence: '序号', kind: '类别', RECEIPT: '收据', VOID: '作废', invoiceNo: '发票号', accountNo: '户号', amount: '金额（元）', takenAt: '收款时间', outcome: '结果',
    RECEIVED: '等待入账', POSTED: '已入账', HELD: '待决定', REFUSED: '未入账', isForked: '分叉', isUnchained: '断链', decidedBy: '{who} 决定：{reason}',
    approve: '核准入账', retry: '再试一次', refuse: '驳回', decide: '第 {n} 条：{what}', decideHint: '须由收费员和注销人以外的人办理；请先与纸质存根核对。', decidedPosted: '第 {n} 条已入账。', decidedOther: '第 {n} 条：{why}',
    revoke: '注销终端', revokeHint: '立即生效且不能撤销。此前签名的仍收一次；无法确认时间的，由另一位主管决定。', LOST: '遗失', BROKEN: '损坏', RETIRED: '停用', revoked: '已注销 {id}。',
    close: '日结申报', closeHint: '照终端屏幕填写，先核对再日结。', closeShift: '班次 {id}：已收到收据 {receipts} 张共 {receiptYuan} 元，作废 {voids} 张共 {voidYuan} 元。', closeNoShift: '收费员今天没有班次。',
    highestSequence: '最后序号', receiptCount: '收据张数', receiptYuan: '收据金额（元）', voidCount: '作废张数', voidYuan: '作废金额（元）', compare: '核对',
    same: '与已收到的一致。日结时这样申报：', lacks: '第 {runs} 条尚未同步：本班缺收据 {receipts} 张共 {receiptYuan} 元、作废 {voids} 张共 {voidYuan} 元。请先同步；来不及时仍照屏幕申报：',
    lacksOthers: '第 {runs} 条尚未同步，但不是本班的。请先同步；来不及时仍照屏幕申报：', differs: '所填与已收到的不能相符（已收到收据 {receipts} 张共 {receiptYuan} 元、作废 {voids} 张共 {voidYuan} 元，最高第 {highest} 条）。请逐条核对终端明细。',
  },
  en: {
    title: 'Roving devices', all: 'All devices', loading: 'Loading…', empty: 'There are no devices.',
    filter: 'Filter',
    deviceId: 'Device', ACTIVE: 'In use', REVOKED: 'Revoked', synced: 'Synced up to', syncedAt: 'Last received', open: 'Open', noneCame: 'Nothing yet',
    waiting: '{n} waiting', held: '{n} to decide', refused: '{n} not posted', forked: '{n} forked', unchained: '{n} unchained', andMore: 'and more', clear: 'None',
    enrol: 'Enrol a device', enrolHint: 'The device shows its id, its public key and its proof: paste them, or read the file that it exports.', file: 'Read from a file', fileUnread: 'There is no Ed25519 public key in this file: it is the JSON that the device exports, a PEM public key, or 64 hex digits.', publicKey: 'Public key', proof: 'Proof', replaces: 'Replaces the revoked device (optional)', optionalTeam: 'Team (optional)',
    enrolled: '{id} is enrolled. Now hand a block of numbers to it.', through: 'all have come up to {n}', highest: 'the highest is {n}', missing: 'missing: {runs}', enrolledBy: 'Enrolled', revokedBy: 'Revoked', cause: 'Cause', replaced: 'replaces {id}',
    blocks: 'Blocks of invoice numbers', noBlocks: 'It has no block yet, so it cannot give receipts.', blockIssue: 'Hand out a block', series: 'Series', count: 'How many', fromSerial: 'First serial (optional)', issued: '{from} to {to} were handed out.', OPEN: 'In use', RETURNED: 'Returned', USED_UP: 'Used up',
    records: 'Records', onlyOpen: 'Open ones', allRecords: 'All', noRecords: 'No record is open.', noRecordsAtAll: 'No record has come yet.', sequence: 'No.', kind: 'Kind', RECEIPT: 'Receipt', VOID: 'Void', invoiceNo: 'Invoice', accountNo: 'Account', amount: 'Yuan', takenAt: 'Taken at', outcome: 'Outcome',
    RECEIVED: 'Waiting', POSTED: 'Posted', HELD: 'To decide', REFUSED: 'Not posted', isForked: 'Forked', isUnchained: 'Unchained', decidedBy: 'Decided by {who}: {reason}',
    approve: 'Let it in', retry: 'Try again', refuse: 'Keep it out', decide: 'Number {n}: {what}', decideHint: 'By somebody else than the collector and who revoked the device; compare the paper first.', decidedPosted: 'Number {n} is posted.', decidedOther: 'Number {n}: {why}',
    revoke: 'Revoke the device', revokeHint: 'At once, and for good. What it signed before is still taken once; what nobody can date waits for another manager.', LOST: 'Lost', BROKEN: 'Broken', RETIRED: 'Retired', revoked: '{id} is revoked.',
    close: 'What to declare at the close', closeHint: 'Copy what the screen of the device shows, and compare before the close.', closeShift: 'Shift {id}: {receipts} receipts over {receiptYuan} yuan and {voids} voids over {voidYuan} yuan have come.', closeNoShift: 'Its collector has no shift today.',
    highestSequence: 'Last sequence', receiptCount: 'Receipts', receiptYuan: 'Receipts (yuan)', voidCount: 'Voids', voidYuan: 'Voids (yuan)', compare: 'Compare',
    same: 'It is what has come. Declare at the close:', lacks: '{runs} were not synced: this shift lacks {receipts} receipts over {receiptYuan} yuan and {voids} voids over {voidYuan} yuan. Sync first; where that cannot be, declare what the screen shows:',
    lacksOthers: '{runs} were not synced, but are not of this shift. Sync first; where that cannot be, declare what the screen shows:', differs: 'It does not fit what has come ({receipts} receipts over {receiptYuan} yuan and {voids} voids over {voidYuan} yuan, the highest {highest}). Compare the list on the device, record by record.',
  },
});
