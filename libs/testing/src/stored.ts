import { MongoClient } from 'mongodb';

/** Every document of a database as its raw bytes, to look for what must not be there. */
export async function storedBytes(databaseUri: string): Promise<Buffer> {
  const client = await MongoClient.connect(databaseUri);
  try {
    const parts: Buffer[] = [];
    for (const { name } of await client.db().listCollections().toArray()) {
      for (const document of await client.db().collection(name).find({}, { raw: true }).toArray()) parts.push(document as unknown as Buffer);
    }
    return Buffer.concat(parts);
  } finally {
    await client.close();
  }
}
