import { type FileHandle, open } from 'node:fs/promises';
import { headLength, isFull, stampIn, stampLength } from './line.ts';

const blockSize = 64 * 1024;
const newline = 0x0a;

/** What of a log is wanted (Kubernetes API, PodLogOptions v1). */
export interface LogQuery {
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** The last so many records. */
  readonly tailLines?: number | undefined;
  /** Records not older than this, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly limitBytes?: number | undefined;
}

/** A log that is still written to. */
export interface LiveLog {
  readonly finished: boolean;
  /** How often another file has begun at the same path. */
  readonly turns: number;
  onChange(reader: () => void): () => void;
}

export interface ReadOrder {
  readonly path: string;
  readonly query: LogQuery;
  /** Absent: the container has ended and its log is complete. */
  readonly live?: LiveLog | undefined;
  readonly signal: AbortSignal;
}

/**
 * The text of a log, in pieces; never more than a block of it is in memory. As with a kubelet it is the present file that is
 * read, and when another one begins it is followed there.
 */
export async function* readLog(order: ReadOrder): AsyncGenerator<Buffer> {
  const { query } = order;
  let left = query.limitBytes ?? Number.POSITIVE_INFINITY;
  for await (const records of recordsOf(order)) {
    const text = render(records, query);
    if (text.length > 0) yield text.length > left ? text.subarray(0, left) : text;
    left -= text.length;
    if (left <= 0) return;
  }
}

/** Whole records, several at a time, up to the end or, when following, the end of the container. */
async function* recordsOf(order: ReadOrder): AsyncGenerator<Buffer[]> {
  const { live, query, signal } = order;
  const changes = query.follow && live !== undefined ? listen(live, signal) : undefined;
  try {
    let tail = query.tailLines;
    for (;;) {
      const turns = live?.turns;
      yield* fileRecords(order, { turns, changes, tail });
      if (changes === undefined || signal.aborted || turns === live?.turns) return;
      tail = undefined;
    }
  } finally {
    changes?.close();
  }
}

interface FileOrder {
  /** Which file it is, of those that the path has named. */
  readonly turns: number | undefined;
  readonly changes: ReturnType<typeof listen> | undefined;
  readonly tail: number | undefined;
}

async function* fileRecords(
  { path, live, signal }: ReadOrder,
  { turns, changes, tail }: FileOrder,
): AsyncGenerator<Buffer[]> {
  await using log = await open(path, 'r');
  let position = tail === undefined ? 0 : await tailPosition(log, tail);
  let rest: Buffer = Buffer.alloc(0);
  while (!signal.aborted) {
    // Ask before reading: what is added after the answer is seen by the read.
    const complete = (live?.finished ?? true) || live?.turns !== turns;
    const chunk = await readBlock(log, position);
    position += chunk.length;
    const { records, left } = split(Buffer.concat([rest, chunk]));
    rest = left;
    if (records.length > 0) yield records;
    if (chunk.length > 0) continue;
    if (changes === undefined || complete) return;
    await changes.next();
  }
}

/** `next` resolves after a change since the last one resolved, or when the reader went away. */
function listen(live: LiveLog, signal: AbortSignal) {
  let change = Promise.withResolvers<void>();
  const tell = () => change.resolve();
  const stop = live.onChange(tell);
  signal.addEventListener('abort', tell, { once: true });
  return {
    async next(): Promise<void> {
      await change.promise;
      change = Promise.withResolvers<void>();
      if (signal.aborted) change.resolve();
    },
    close(): void {
      stop();
      signal.removeEventListener('abort', tell);
    },
  };
}

async function readBlock(log: FileHandle, position: number): Promise<Buffer> {
  const { bytesRead, buffer } = await log.read(Buffer.allocUnsafe(blockSize), 0, blockSize, position);
  return buffer.subarray(0, bytesRead);
}

function split(data: Buffer): { records: Buffer[]; left: Buffer } {
  const records: Buffer[] = [];
  let at = 0;
  for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, at)) {
    records.push(data.subarray(at, end));
    at = end + 1;
  }
  return { records, left: data.subarray(at) };
}

function render(records: readonly Buffer[], { since, timestamps }: LogQuery): Buffer {
  const size = records.reduce((sum, record) => sum + record.length + 1, 0);
  const text = Buffer.allocUnsafe(size);
  let at = 0;
  for (const record of records) {
    if (since !== undefined && Date.parse(stampIn(record)) < since) continue;
    // The stamp and the space after it.
    if (timestamps) at += record.copy(text, at, 0, stampLength + 1);
    at += record.copy(text, at, headLength);
    if (isFull(record)) at = text.writeUInt8(newline, at);
  }
  return text.subarray(0, at);
}

/** Where the last `count` records begin, found from the end. */
async function tailPosition(log: FileHandle, count: number): Promise<number> {
  const { size } = await log.stat();
  if (count === 0) return size;
  let left = count + 1; // The newline that ends the record before the wanted ones.
  for (let end = size; end > 0; end -= blockSize) {
    const start = Math.max(0, end - blockSize);
    const block = (await readBlock(log, start)).subarray(0, end - start);
    for (
      let at = block.lastIndexOf(newline);
      at >= 0;
      at = at === 0 ? -1 : block.lastIndexOf(newline, at - 1)
    ) {
      left -= 1;
      if (left === 0) return start + at + 1;
    }
  }
  return 0;
}
