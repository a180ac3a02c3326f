import { sayer } from '../staff/words.js';

/** The words of the page for the cashier's day, in Chinese and English. */
export const say = sayer({
  zh: {
    title: '收费日结', all: '当日班次', day: '日期', noShifts: '这一天没有班次。', shifts: '班次', totals: '合计',
    shiftId: '班次', outletId: '网点', floatYuan: '备用金（元）', optionalTeam: '班组（可不填）', openShift: '开班', openHint: '领取备用金后开班；之后收的现金都记在这一班。', opened: '已开班 {id}。',
    OPEN: '营业中', CLOSED: '待签核', SIGNED_OFF: '已签核', company: '公司', of: '{what} {id}', invoices: '发票', records: '记账', cash: '现金', slips: '进账单', bank: '银行', difference: '差额', balanced: '三者统一', unbalanced: '有差额', open: '未结 {n}', toSign: '待签核 {n}',
    openedAt: '开班', closedAt: '日结', signedOffBy: '签核', topUps: '{n} 笔共 {yuan} 元', reversed: '冲正 {n} 笔共 {yuan} 元', recounted: '日结后重新清点 {n} 次', noRecords: '没有记账。', postingId: '凭证', accountNo: '户号', invoiceNo: '发票号', amount: '金额（元）', takenAt: '收款时间', recordList: '逐笔记账',
    close: '日结', notClosed: '收费员还没有日结。', closeHint: '先清点再填，缴存前的现金含备用金。点错可以改，提交后只能补充。',
    invoiceCount: '用票张数（含作废）', voidCount: '作废张数', invoiceYuan: '未作废发票合计（元）', countedYuan: '清点现金（元，含备用金）', returnedYuan: '交回备用金（元，不填即全部）', slipLines: '进账单，每行一张：单号 银行 金额，可再写时刻、收款账号、交款人编号', slipExample: '例如：700001 农行 1820.00 16:40，或 700001 农行 1820.00 16:40 41050167 C02；编号全是数字的写作 由1024',
    withoutPaper: '已记账而没有存根的发票号（没有则不填）', otherInvoices: '与记账不一致的发票，每行一张：发票号 户号 金额 作废（没有则不填）', deviceLines: '终端，每行一台：终端 最后序号 收据张数 金额 作废张数 金额（没有则不填）', closed: '已日结，请另一人签核。',
    slipForm: '单号 银行 金额 时刻 收款账号 交款人编号', invoiceForm: '发票号 户号 金额 作废', deviceForm: '终端 最后序号 收据张数 金额 作废张数 金额',
    sums: '三方核对', side: '各方', off: '与实收相差', taken: '实收 {yuan} 元', bankLater: '对账单未到',
    differences: '差异', noDifferences: '没有差异。', settled: '已更正', unsettled: '未更正', correction: '更正', propose: '提出更正', proposed: '已提出，请另一人审批。', PROPOSED: '{who} 已提出', APPROVED: '{who} 已批准', BOOKED: '{who} 已批准并入账', REFUSED: '{who} 驳回：{reason}', approve: '批准更正', refuse: '驳回更正', decideHint: '不能是收费员本人或提出人。', decided: '已办理。',
    file: '补交进账单', filed: '已补交。', recount: '重新清点发票', recountHint: '重新清点后须由主管签核。', recountedNow: '已重新清点。', signOff: '签核', signHint: '不能是收费员本人；有未更正的差异时由主管填写说明。', signed: '已签核 {id}。', optionalReason: '说明（有差额时必填）',
  },
  en: {
    title: 'Day close', all: 'Shifts of the day', day: 'Day', noShifts: 'There was no shift on this day.', shifts: 'Shifts', totals: 'Totals',
    shiftId: 'Shift', outletId: 'Outlet', floatYuan: 'Float (yuan)', optionalTeam: 'Team (optional)', openShift: 'Open a shift', openHint: 'Take the float, then open: what is taken from then on is in this shift.', opened: '{id} is open.',
    OPEN: 'Open', CLOSED: 'To be signed off', SIGNED_OFF: 'Signed off', company: 'Company', of: '{what} {id}', invoices: 'Invoices', records: 'Records', cash: 'Cash', slips: 'Bank slips', bank: 'Bank', difference: 'Difference', balanced: 'All three agree', unbalanced: 'They differ', open: '{n} open', toSign: '{n} to sign off',
    openedAt: 'Opened', closedAt: 'Closed', signedOffBy: 'Signed off', topUps: '{n} over {yuan} yuan', reversed: '{n} reversed over {yuan} yuan', recounted: 'counted again {n} times after the close', noRecords: 'There are no records.', postingId: 'Posting', accountNo: 'Account', invoiceNo: 'Invoice', amount: 'Yuan', takenAt: 'Taken at', recordList: 'Record by record',
    close: 'Close', notClosed: 'Its collector has not closed it yet.', closeHint: 'Count first. The cash is what there is before it is banked, the float included. Once sent it can only be added to.',
    invoiceCount: 'Invoices used (void ones too)', voidCount: 'Void ones', invoiceYuan: 'Sum of those not void (yuan)', countedYuan: 'Counted cash (yuan, with the float)', returnedYuan: 'Float returned (yuan; empty: all)', slipLines: 'Bank slips, one a line: number bank amount, then if need be time, account paid into, id of who paid in', slipExample: 'For example: 700001 ABC 1820.00 16:40, or 700001 ABC 1820.00 16:40 41050167 C02; an id of digits alone as by:1024',
    withoutPaper: 'Recorded invoices without paper (if any)', otherInvoices: 'Invoices that are not as recorded, one a line: number account amount void (if any)', deviceLines: 'Devices, one a line: device, last sequence, receipts, yuan, voids, yuan (if any)', closed: 'Closed. Somebody else signs it off.',
    slipForm: 'number bank amount time account payer', invoiceForm: 'number account amount void', deviceForm: 'device sequence receipts yuan voids yuan',
    sums: 'The sides', side: 'Side', off: 'Off by', taken: '{yuan} yuan were really taken', bankLater: 'no statement yet',
    differences: 'Differences', noDifferences: 'There are none.', settled: 'Put right', unsettled: 'Not put right', correction: 'Correction', propose: 'Propose the correction', proposed: 'Proposed. Somebody else decides.', PROPOSED: 'Proposed by {who}', APPROVED: 'Approved by {who}', BOOKED: 'Approved by {who}, and booked', REFUSED: 'Refused by {who}: {reason}', approve: 'Approve it', refuse: 'Refuse it', decideHint: 'By somebody else than its collector and who proposed it.', decided: 'Done.',
    file: 'File slips', filed: 'Filed.', recount: 'Count the invoices again', recountHint: 'A manager signs it off then.', recountedNow: 'Counted again.', signOff: 'Sign off', signHint: 'By somebody else than its collector; where a difference was not put right, by a manager who says why.', signed: '{id} is signed off.', optionalReason: 'Reason (needed where the sums differ)',
  },
});
