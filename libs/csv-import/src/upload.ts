interface UploadMessage {
  readonly chunk?: { readonly columns: Readonly<Record<string, string>>; readonly source: string; readonly content: Uint8Array } | undefined;
}

export interface Upload<M> {
  /** Undefined where nothing came at all. */
  readonly first: M | undefined;
  readonly columns: Readonly<Record<string, string>>;
  readonly source: string;
  /** Of the first message too. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A file that comes in messages: the first says how to read it, and may hold its first bytes. */
export async function openUpload<M extends UploadMessage>(messages: AsyncIterable<M>): Promise<Upload<M>> {
  const iterator = messages[Symbol.asyncIterator]();
  const begun = await iterator.next();
  async function* chunks() {
    for (let next = begun; !next.done; next = await iterator.next()) yield next.value.chunk?.content ?? new Uint8Array();
  }
  const first = begun.done ? undefined : begun.value;
  return { first, columns: first?.chunk?.columns ?? {}, source: first?.chunk?.source ?? '', chunks: chunks() };
}
