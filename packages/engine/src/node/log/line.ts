/**
 * One record of a container's log as the container runtime interface lays it down:
 * `2026-01-31T10:00:00.123000000Z stdout F text`. `F` is a full line, `P` a part of one whose
 * newline is not here. Stamp and tags have a fixed width, so a record's share of the raw output is
 * known from its length.
 */
export const headLength = '2026-01-31T10:00:00.000000000Z stdout F '.length;

/** A line without a newline is cut after so many bytes, as container runtimes do. */
export const partLimit = 16 * 1024;

const newline = 0x0a;
const full = 'F'.charCodeAt(0);
const tagAt = headLength - 2;

/** Nanoseconds are written because readers expect them; milliseconds are known. */
export const stampOf = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, -1)}000000Z`;

/** Turns raw output into records. What has no newline yet waits for more, or for the end. */
export class LineCutter {
  #rest: Buffer = Buffer.alloc(0);

  /** Bytes that are in no record yet. */
  get held(): number {
    return this.#rest.length;
  }

  /** The records for the lines that `chunk` completes. */
  cut(chunk: Buffer, stamp: string): Buffer {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const fullHead = Buffer.from(`${stamp} stdout F `);
    const partHead = Buffer.from(`${stamp} stdout P `);
    const records: Buffer[] = [];
    let at = 0;
    for (;;) {
      const end = data.indexOf(newline, at);
      if (end >= 0 && end - at <= partLimit) {
        records.push(fullHead, data.subarray(at, end + 1));
        at = end + 1;
      } else if (data.length - at > partLimit) {
        records.push(partHead, data.subarray(at, at + partLimit), lineEnd);
        at += partLimit;
      } else break;
    }
    this.#rest = Buffer.from(data.subarray(at));
    return Buffer.concat(records);
  }

  /** The record for what never got a newline. */
  finish(stamp: string): Buffer {
    if (this.#rest.length === 0) return this.#rest;
    const record = Buffer.concat([Buffer.from(`${stamp} stdout P `), this.#rest, lineEnd]);
    this.#rest = Buffer.alloc(0);
    return record;
  }
}

const lineEnd = Buffer.from('\n');

/** How much of the raw output complete records stand for. */
export class RawCounter {
  /** Bytes of raw output. */
  raw = 0;
  /** Bytes of complete records. */
  records = 0;
  #rest: Buffer = Buffer.alloc(0);

  count(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, at)) {
      this.raw += end - at - headLength + (data[at + tagAt] === full ? 1 : 0);
      at = end + 1;
    }
    this.records += at;
    this.#rest = Buffer.from(data.subarray(at));
  }
}

/** Whether a record (without its own newline) is a full line. */
export const isFull = (record: Buffer): boolean => record[tagAt] === full;

export const stampLength = '2026-01-31T10:00:00.000000000Z'.length;

export const stampIn = (record: Buffer): string => record.toString('latin1', 0, stampLength);
