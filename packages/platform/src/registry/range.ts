import { Refusal } from './refusal.ts';
import type { ByteRange } from './storage.ts';

/**
 * The one range of the header Range; `undefined` when all of it is to be sent: none was asked for, or something else
 * than a single range of bytes, which a server may ignore (RFC 9110, 14.2). Throws 416 when the blob is shorter.
 */
export const parseRange = (header: string | null, size: number): ByteRange | undefined => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start >= size) {
    throw new Refusal('SIZE_INVALID', `the blob has ${size} bytes`, {
      status: 416,
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  return { start, end };
};

/** Where a chunk begins and how long it says it is: `Content-Range: 0-1023` (distribution-spec, "Pushing a blob in chunks"). */
export const parseContentRange = (header: string | null): ByteRange | undefined => {
  if (header === null) return undefined;
  const match = /^(?:bytes[= ])?(\d+)-(\d+)$/.exec(header);
  if (!match || Number(match[2]) < Number(match[1])) {
    throw new Refusal('BLOB_UPLOAD_INVALID', 'Content-Range is START-END, both inclusive', { status: 416 });
  }
  return { start: Number(match[1]), end: Number(match[2]) + 1 };
};
