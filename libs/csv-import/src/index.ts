export { readRows, type CsvRow, type UnreadableRow } from './rows.ts';
export { readBatches } from './batches.ts';
export { createReport, type CsvReport, type Outcome } from './report.ts';
export { openUpload, type Upload } from './upload.ts';
