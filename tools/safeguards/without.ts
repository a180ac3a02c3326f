/** Loaded ahead of a test (`--import`): takes the safeguard that YOUDIAN_WITHOUT names out of the program, as it is loaded. */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SAFEGUARDS } from './safeguards.ts';

const { file, text, without } = SAFEGUARDS.find(({ name }) => name === process.env['YOUDIAN_WITHOUT'])!;
const url = pathToFileURL(join(import.meta.dirname, '../..', file)).href;

registerHooks({
  load: (loaded, context, next) => {
    const module = next(loaded, context);
    return loaded === url ? { ...module, source: module.source!.toString().replace(text, () => without) } : module;
  },
});
