import type { JournalBatch, JournalRecord } from './journal.ts';

/**
 * A batch as it goes to another thread: few large pieces, of which the largest move without a copy. Objects would be taken
 * apart and put together one by one, which costs as much as the write itself.
 */
export interface PackedBatch {
  /** All keys, one after the other. */
  readonly keys: string;
  /** All values, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of each record its revision, where its key and its bytes end, and 1 for a deletion. */
  readonly table: Float64Array<ArrayBuffer>;
  readonly forget?: JournalBatch['forget'];
}

const COLUMNS = 4;

export function packBatch({ records, forget }: JournalBatch): PackedBatch {
  const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.bytes.byteLength, 0));
  const table = new Float64Array(records.length * COLUMNS);
  let keys = '';
  let end = 0;
  for (const [index, record] of records.entries()) {
    bytes.set(record.bytes, end);
    keys += record.key;
    end += record.bytes.byteLength;
    table.set([record.revision, keys.length, end, record.deleted ? 1 : 0], index * COLUMNS);
  }
  return { keys, bytes, table, ...(forget && { forget }) };
}

/** The records share the memory of the batch. */
export function unpackBatch({ keys, bytes, table, forget }: PackedBatch): JournalBatch {
  const records: JournalRecord[] = [];
  let [keyStart, start] = [0, 0];
  for (let at = 0; at < table.length; at += COLUMNS) {
    const [keyEnd, end] = [table[at + 1] as number, table[at + 2] as number];
    records.push({
      key: keys.slice(keyStart, keyEnd),
      revision: table[at] as number,
      bytes: bytes.subarray(start, end),
      deleted: table[at + 3] === 1,
    });
    [keyStart, start] = [keyEnd, end];
  }
  return { records, ...(forget && { forget }) };
}
