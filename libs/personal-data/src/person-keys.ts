import { randomBytes } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import { areAllDuplicates } from '@youdian/mongo-outcome';
import { decrypt, encrypt, KEY_BYTES } from './cipher.ts';

interface PersonKey {
  /** The person. */
  readonly _id: string;
  /** The data key, sealed by the master key; absent once erased. */
  readonly wrapped?: Buffer;
  readonly erasedAt?: Date;
}

const BATCH = 1_000;

export type DataKey = Buffer | 'erased';

/** One data key a person, in a collection of its own, apart from all that it seals. */
export class PersonKeys {
  readonly #keys: Collection<PersonKey>;
  readonly #masterKey: Uint8Array;
  readonly #cached: number;
  readonly #maxAgeMs: number;
  readonly #cache = new Map<string, { readonly key: Buffer; readonly readAt: number }>();

  constructor(db: Db, masterKey: Uint8Array, cached: number, maxAgeMs: number) {
    // Losing a key loses the person's data, so it is on a majority's disk before anything is sealed with it.
    this.#keys = db.collection<PersonKey>('personal_keys', { promoteBuffers: true, writeConcern: { w: 'majority', journal: true } });
    this.#masterKey = masterKey;
    this.#cached = cached;
    this.#maxAgeMs = maxAgeMs;
  }

  /** Of each of these persons; the unknown are missing. */
  async find(persons: Iterable<string>): Promise<Map<string, DataKey>> {
    const keys = new Map<string, DataKey>();
    const unread: string[] = [];
    for (const person of new Set(persons)) {
      const cached = this.#fromCache(person);
      if (cached) keys.set(person, cached);
      else unread.push(person);
    }
    for (let from = 0; from < unread.length; from += BATCH) {
      const found = await this.#keys.find({ _id: { $in: unread.slice(from, from + BATCH) } }, { readConcern: 'majority' }).toArray();
      for (const { _id: person, wrapped } of found) {
        if (!wrapped) keys.set(person, 'erased');
        else keys.set(person, this.#remember(person, decrypt(this.#masterKey, wrapped, person)));
      }
    }
    return keys;
  }

  /** As `find`, and makes the missing ones. When two do so at once, both get the one that was first. */
  async findOrMake(persons: Iterable<string>): Promise<Map<string, DataKey>> {
    const wanted = new Set(persons);
    const keys = await this.find(wanted);
    const missing = [...wanted].filter((person) => !keys.has(person));
    for (let from = 0; from < missing.length; from += BATCH) await this.#make(missing.slice(from, from + BATCH));
    // Read back: only what is stored may seal.
    for (const [person, key] of await this.find(missing)) keys.set(person, key);
    return keys;
  }

  /** Leaves a marker, so that nobody makes a new key in its place. */
  async erase(person: string, at: Date): Promise<void> {
    await this.#keys.updateOne({ _id: person }, { $unset: { wrapped: 1 }, $set: { erasedAt: at } }, { upsert: true });
    this.#cache.delete(person);
  }

  async #make(persons: readonly string[]): Promise<void> {
    const documents = persons.map((person) => ({ _id: person, wrapped: encrypt(this.#masterKey, randomBytes(KEY_BYTES), person) }));
    try {
      await this.#keys.insertMany(documents, { ordered: false });
    } catch (error) {
      if (!areAllDuplicates(error)) throw error;
    }
  }

  #fromCache(person: string): Buffer | undefined {
    const entry = this.#cache.get(person);
    if (!entry || performance.now() - entry.readAt > this.#maxAgeMs) return undefined;
    this.#cache.delete(person);
    this.#cache.set(person, entry);
    return entry.key;
  }

  #remember(person: string, key: Buffer): Buffer {
    this.#cache.delete(person);
    this.#cache.set(person, { key, readAt: performance.now() });
    if (this.#cache.size > this.#cached) this.#cache.delete(this.#cache.keys().next().value!);
    return key;
  }
}
