import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { JournalRecord } from './journal.ts';
import { type PackedBatch, unpackBatch } from './packed-batch.ts';
import { createSeal, type Sealing } from './seal.ts';
import { LogDatabase } from './sqlite-database.ts';
import { explainOpenError, type StoreOpenReason } from './sqlite-error.ts';

/** What the thread is started with. */
export interface ThreadData {
  readonly path: string;
  /** It first sends the records after this revision. */
  readonly after: number;
  /** What it encrypts; nothing unless told. */
  readonly sealing?: Sealing;
}

export type ThreadRequest =
  | { readonly id: number; readonly kind: 'commit'; readonly batch: PackedBatch }
  | { readonly id: number; readonly kind: 'backup'; readonly path: string }
  | { readonly id: number; readonly kind: 'reseal' }
  | { readonly id: number; readonly kind: 'close' };

/** `records` some number of times, then `opened`, then a `done` or `failed` for each request; or `unopened` and the end. */
export type ThreadReply =
  | { readonly kind: 'records'; readonly records: readonly JournalRecord[] }
  | { readonly kind: 'opened'; readonly compacted: number; readonly id: string }
  | { readonly kind: 'unopened'; readonly reason: StoreOpenReason; readonly message: string }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

const port = parentPort;
if (port) serve(port, workerData as ThreadData);

function serve(main: MessagePort, { path, after, sealing }: ThreadData): void {
  let database: LogDatabase | undefined;
  try {
    database = new LogDatabase(path, createSeal(sealing));
    sendRecords(main, database.recordsAfter(after));
    const [compacted, id] = [Number(database.meta('compacted')), database.meta('id')];
    reply(main, { kind: 'opened', compacted, id });
  } catch (error) {
    database?.close();
    const { reason, message } = explainOpenError(error, path);
    reply(main, { kind: 'unopened', reason, message });
    return;
  }
  const opened = database;
  main.on('message', (request: ThreadRequest) => {
    const ends = answer(main, opened, request);
    // Without a port to listen on the thread ends.
    if (ends) main.close();
  });
}

function sendRecords(main: MessagePort, all: Iterable<JournalRecord>): void {
  let records: JournalRecord[] = [];
  const send = (): void => {
    // Each row's bytes come in a buffer of their own.
    const buffers = records.map((record) => record.bytes.buffer as ArrayBuffer);
    reply(main, { kind: 'records', records }, buffers);
    records = [];
  };
  for (const record of all) {
    if (records.push(record) === 500) send();
  }
  send();
}

/**
 * Says whether the thread is to end: when told so, and with the first failed write, because only
 * a database opened afresh can tell what became of it.
 */
function answer(main: MessagePort, database: LogDatabase, request: ThreadRequest): boolean {
  const { id, kind } = request;
  const succeeded = (): void => reply(main, { kind: 'done', id });
  const failed = ({ message }: Error): void => reply(main, { kind: 'failed', id, message });
  if (kind === 'backup') {
    // Takes its time while commits go on.
    database.backup(request.path).then(succeeded).catch(failed);
    return false;
  }
  try {
    if (kind === 'commit') database.commit(unpackBatch(request.batch));
    else if (kind === 'reseal') database.reseal();
    else database.close();
    succeeded();
    return kind === 'close';
  } catch (error) {
    if (kind !== 'close') database.close();
    failed(error as Error);
    return true;
  }
}

function reply(main: MessagePort, message: ThreadReply, transfer: ArrayBuffer[] = []): void {
  main.postMessage(message, transfer);
}
