import { randomBytes } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import { decrypt, encrypt, KEY_BYTES } from './cipher.ts';

/** Keys kept in memory. */
const KEYS_CACHED = 20_000;
const LOOKUP_BATCH = 1_000;
const DUPLICATE_KEY = 11_000;

export interface SealerOptions {
  readonly db: Db;
  /** 32 bytes; wraps the persons' keys and is kept outside the database. */
  readonly masterKey: Uint8Array;
  /** For replays; else real randomness. */
  readonly newKey?: () => Uint8Array;
}

/**
 * Personal data as it may stand in commits: sealed with a key per person. Erasing the key erases the person in every
 * commit, document and backup, while the commits stay as they are.
 */
export interface Sealer {
  seal(person: string, data: object): Promise<Uint8Array>;
  /** `erased` when the person's key is gone. */
  open(person: string, sealed: Uint8Array): Promise<object | 'erased'>;
  sealMany(items: readonly { readonly person: string; readonly data: object }[]): Promise<Uint8Array[]>;
  openMany(items: readonly { readonly person: string; readonly sealed: Uint8Array }[]): Promise<(object | 'erased')[]>;
  /** For good; nothing can be sealed for the person again under this id. */
  erase(person: string): Promise<void>;
}

interface KeyDocument {
  readonly _id: string;
  /** The person's key, wrapped; null after an erasure. */
  readonly wrapped: Buffer | null;
  readonly erasedAt?: Date;
}

export async function openSealer(options: SealerOptions): Promise<Sealer> {
  if (options.masterKey.length !== KEY_BYTES) throw new RangeError(`the master key must have ${KEY_BYTES} bytes`);
  return new KeyRing(options);
}

class KeyRing implements Sealer {
  readonly #keys: Collection<KeyDocument>;
  readonly #masterKey: Uint8Array;
  readonly #newKey: () => Uint8Array;
  readonly #cache = new Map<string, Uint8Array>();

  constructor({ db, masterKey, newKey = () => randomBytes(KEY_BYTES) }: SealerOptions) {
    this.#keys = db.collection<KeyDocument>('personal_keys', { promoteBuffers: true, writeConcern: { w: 'majority', journal: true } });
    this.#masterKey = masterKey;
    this.#newKey = newKey;
  }

  async seal(person: string, data: object): Promise<Uint8Array> {
    return (await this.sealMany([{ person, data }]))[0]!;
  }

  async open(person: string, sealed: Uint8Array): Promise<object | 'erased'> {
    return (await this.openMany([{ person, sealed }]))[0]!;
  }

  async sealMany(items: readonly { readonly person: string; readonly data: object }[]): Promise<Uint8Array[]> {
    const persons = [...new Set(items.map(({ person }) => person))];
    const known = await this.#lookUp(persons);
    const missing = persons.filter((person) => !known.has(person));
    if (missing.length > 0) {
      await this.#create(missing);
      // Whoever created it first has won, here or elsewhere.
      for (const [person, key] of await this.#lookUp(missing)) known.set(person, key);
    }
    return items.map(({ person, data }) => {
      const key = known.get(person);
      if (!key || key === 'erased') throw new Error('a person who was erased cannot be written about again');
      return encrypt(key, Buffer.from(JSON.stringify(data)), person);
    });
  }

  async openMany(items: readonly { readonly person: string; readonly sealed: Uint8Array }[]): Promise<(object | 'erased')[]> {
    const known = await this.#lookUp([...new Set(items.map(({ person }) => person))]);
    return items.map(({ person, sealed }) => {
      const key = known.get(person);
      if (!key || key === 'erased') return 'erased';
      return JSON.parse(decrypt(key, sealed, person).toString('utf8')) as object;
    });
  }

  async erase(person: string): Promise<void> {
    this.#cache.delete(person);
    await this.#keys.updateOne({ _id: person }, { $set: { wrapped: null, erasedAt: new Date() } }, { upsert: true });
    this.#cache.delete(person);
  }

  async #create(persons: readonly string[]): Promise<void> {
    const documents = persons.map((_id) => ({ _id, wrapped: encrypt(this.#masterKey, this.#newKey(), _id) }));
    try {
      await this.#keys.insertMany(documents, { ordered: false });
    } catch (error) {
      const { writeErrors = [] } = error as { writeErrors?: { code: number } | { code: number }[] };
      const failures = Array.isArray(writeErrors) ? writeErrors : [writeErrors];
      if (failures.length === 0 || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    }
  }

  async #lookUp(persons: readonly string[]): Promise<Map<string, Uint8Array | 'erased'>> {
    const found = new Map<string, Uint8Array | 'erased'>();
    const asked = persons.filter((person) => {
      const key = this.#cache.get(person);
      if (key) found.set(person, key);
      return !key;
    });
    for (let from = 0; from < asked.length; from += LOOKUP_BATCH) {
      const documents = await this.#keys.find({ _id: { $in: asked.slice(from, from + LOOKUP_BATCH) } }).toArray();
      for (const { _id, wrapped } of documents) {
        if (!wrapped) {
          found.set(_id, 'erased');
          continue;
        }
        const key = decrypt(this.#masterKey, wrapped, _id);
        found.set(_id, key);
        this.#remember(_id, key);
      }
    }
    return found;
  }

  #remember(person: string, key: Uint8Array): void {
    if (this.#cache.size >= KEYS_CACHED) this.#cache.delete(this.#cache.keys().next().value!);
    this.#cache.set(person, key);
  }
}
