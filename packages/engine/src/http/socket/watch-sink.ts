import type { Clock, WatchFrame, WatchSink } from '@fairlead/kube';
import type { Exchange } from './http1/server.ts';

/** A watcher that is this far behind is cut off: it comes back with a list, and nobody's memory grows for it. */
const WATCH_BACKLOG_BYTES = 32 * 1024 * 1024;
const WRITE_BYTES = 256 * 1024;
/** Frames that come this soon after a write wait for others, in milliseconds. */
const COMPANY_MILLISECONDS = 2;

/** Calls back all who ask within a moment together: one timer for every watcher. */
export type Soon = (call: () => void) => void;

/** Each call comes within two milliseconds. */
export const createSoon = (clock: Clock): Soon => {
  let calls: (() => void)[] = [];
  const run = (): void => {
    const due = calls;
    calls = [];
    for (const call of due) call();
  };
  return (call) => {
    if (calls.length === 0) clock.after(COMPANY_MILLISECONDS, run);
    calls.push(call);
  };
};

/** What a sink needs of an exchange. */
export type Outgoing = Pick<Exchange, 'destroyed' | 'writableLength' | 'write' | 'end' | 'destroy'>;

/**
 * Writes frames to a socket. The first one leaves at once; what follows closely leaves together, as a write costs more
 * than its bytes: at hundreds of events a second that halves the work of each delivery.
 */
export const watchSink = (outgoing: Outgoing, soon: Soon): WatchSink => {
  let kept: WatchFrame[] = [];
  let keeping = false;
  const write = (frames: readonly WatchFrame[]): void => {
    for (const bytes of joined(frames)) {
      if (outgoing.destroyed) return;
      outgoing.write(bytes);
      if (outgoing.writableLength > WATCH_BACKLOG_BYTES) outgoing.destroy();
    }
    keeping = true;
    soon(flush);
  };
  const flush = (): void => {
    keeping = false;
    const frames = kept;
    kept = [];
    if (frames.length > 0) write(frames);
  };
  return {
    next(frames) {
      if (keeping) kept.push(...frames);
      else write(frames);
    },
    end(error) {
      flush();
      if (error === undefined) outgoing.end();
      else outgoing.destroy(error);
    },
  };
};

function* joined(frames: readonly WatchFrame[]): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for (const { bytes } of frames) {
    parts.push(bytes);
    size += bytes.length;
    if (size < WRITE_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (parts.length > 0) yield parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}
