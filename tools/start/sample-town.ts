import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { loadTown } from '../town/load.ts';
import { makeTown, type TownOptions } from '../town/town.ts';
import { type Platform } from './platform.ts';

/** Which town is being put in, from before the first row on; `complete` once all of it is in. */
interface TownRecord extends TownOptions {
  readonly complete: boolean;
}

/** Puts the sample town in unless it is, and says which it is. A load that was cut short goes on with the same town, and changes nothing twice. */
export async function ensureTown(platform: Platform, options: TownOptions, say: (text: string) => void): Promise<TownOptions> {
  const file = platform.data.at('town.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TownRecord) : undefined;
  if (kept && kept.size !== options.size) say(`数据目录中已有 ${kept.size} 户的城镇,不再更换;重来请加 --fresh。 The data folder has a town of ${kept.size} accounts already; use --fresh for another.`);
  const { seed, size, today } = kept ?? options;
  const town = { seed, size, today };
  if (kept?.complete) return town;
  const note = (complete: boolean) => {
    writeFileSync(`${file}.part`, JSON.stringify({ ...town, complete } satisfies TownRecord));
    renameSync(`${file}.part`, file);
  };
  note(false);
  say(`放入示例城镇 putting in the sample town: ${size} accounts, seed ${seed}`);
  await loadTown({ town: makeTown(town), gatewayUrl: platform.gatewayUrl, brokers: platform.brokers, say });
  note(true);
  return town;
}
