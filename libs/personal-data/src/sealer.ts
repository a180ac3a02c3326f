import { BSON, type Binary, type Db } from 'mongodb';
import { decrypt, encrypt, KEY_BYTES } from './cipher.ts';
import { PersonKeys } from './person-keys.ts';

/** Safe to keep in a commit: without the person's key it is noise. */
export type Sealed = Uint8Array;

export interface SealerOptions {
  readonly db: Db;
  /** 32 bytes, or as 64 hex digits or base64. */
  readonly masterKey: Uint8Array | string;
  readonly clock?: () => Date;
  /** Keys kept in memory. */
  readonly cachedKeys?: number;
  /** After an erasure other processes may still open what they have the key for, for so long. */
  readonly cacheMs?: number;
}

export interface Sealer {
  /** @throws Error when the person has been erased: there is nothing left to add to. */
  seal(person: string, data: object): Promise<Sealed>;
  /** In order; people who are new get their keys in one write. */
  sealMany(items: readonly { readonly person: string; readonly data: object }[]): Promise<Sealed[]>;
  /** @throws Error when it was not sealed for this person. */
  open<T extends object>(person: string, sealed: Sealed | Binary): Promise<T | 'erased'>;
  openMany<T extends object>(items: readonly { readonly person: string; readonly sealed: Sealed | Binary }[]): Promise<(T | 'erased')[]>;
  /** For good, wherever the sealed bytes are: commits, read documents, backups. */
  erase(person: string): Promise<void>;
}

const CACHED_KEYS = 10_000;
const CACHE_MS = 60_000;

export function openSealer(options: SealerOptions): Sealer {
  const { db, clock = () => new Date(), cachedKeys = CACHED_KEYS, cacheMs = CACHE_MS } = options;
  const keys = new PersonKeys(db, masterKeyBytes(options.masterKey), cachedKeys, cacheMs);

  const sealMany: Sealer['sealMany'] = async (items) => {
    const found = await keys.findOrMake(items.map(({ person }) => person));
    return items.map(({ person, data }) => {
      const key = found.get(person);
      if (!key || key === 'erased') throw new PersonErased();
      return encrypt(key, BSON.serialize(data, { ignoreUndefined: true }), person);
    });
  };
  const openMany = async <T extends object>(items: readonly { readonly person: string; readonly sealed: Sealed | Binary }[]) => {
    const found = await keys.find(items.map(({ person }) => person));
    return items.map(({ person, sealed }): T | 'erased' => {
      const key = found.get(person);
      // Sealing made a key, so a missing one has been removed with its whole document.
      if (!key || key === 'erased') return 'erased';
      const plain = decrypt(key, sealed instanceof Uint8Array ? sealed : sealed.buffer, person);
      return BSON.deserialize(plain, { useBigInt64: true, promoteBuffers: true }) as T;
    });
  };
  return {
    sealMany,
    openMany,
    seal: async (person, data) => (await sealMany([{ person, data }]))[0]!,
    open: async <T extends object>(person: string, sealed: Sealed | Binary) => (await openMany<T>([{ person, sealed }]))[0]!,
    erase: (person) => keys.erase(person, clock()),
  };
}

export class PersonErased extends Error {
  override readonly name = 'PersonErased';

  constructor() {
    super('this person has been erased');
  }
}

function masterKeyBytes(key: Uint8Array | string): Uint8Array {
  const bytes = typeof key !== 'string' ? key : /^[0-9a-f]{64}$/i.test(key) ? Buffer.from(key, 'hex') : Buffer.from(key, 'base64');
  if (bytes.length !== KEY_BYTES) throw new TypeError(`the master key has ${bytes.length} bytes, not ${KEY_BYTES}`);
  return bytes;
}
