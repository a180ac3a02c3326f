export { openSealer, PersonErased, type Sealed, type Sealer, type SealerOptions } from './sealer.ts';
