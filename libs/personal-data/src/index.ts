export { openSealer, type Sealer, type SealerOptions } from './sealer.ts';
