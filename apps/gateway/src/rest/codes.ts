import { z } from 'zod';

/** An enum of the contracts as REST has it: `CASE_KIND_FAULT` is `FAULT`, and unspecified is left out. */
export function codes<E extends Readonly<Record<string, string>>>(values: E, prefix: string) {
  type Value = E[keyof E];
  const plain = Object.keys(values).map((value) => value.slice(prefix.length)).filter((code) => code !== 'UNSPECIFIED');
  const form = z.enum(plain as [string, ...string[]]);
  return {
    /** As it comes in; read, it is the contract's value. */
    input: form.transform((code) => `${prefix}${code}` as Value),
    output: form,
    unspecified: `${prefix}UNSPECIFIED` as Value,
    toCode: (value: string) => value.slice(prefix.length),
  };
}
