import { parseJson } from '../json.ts';
import type { WatchEvent } from '../object.ts';
import type { WatchFrame } from '../transport.ts';

/** Bytes. An object has at most 3 MiB; a line longer than this is not a watch. */
const longestLine = 16 * 1024 * 1024;

/** Cuts the chunks of a watch into frames at their newlines, and keeps what is unfinished for the next. */
export function createFrameSplitter(): (chunk: Uint8Array) => readonly WatchFrame[] {
  let unfinished: Uint8Array[] = [];
  let length = 0;
  return (chunk) => {
    const frames: WatchFrame[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end + 1);
      frames.push(new LineFrame(unfinished.length === 0 ? piece : Buffer.concat([...unfinished, piece])));
      unfinished = [];
      length = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      unfinished.push(chunk.subarray(start));
      length += chunk.length - start;
    }
    if (length > longestLine) throw new Error(`a watch event is longer than ${longestLine} bytes`);
    return frames;
  };
}

const newline = 10;

/** Parsed when asked for: who only passes frames on never pays for it. */
class LineFrame implements WatchFrame {
  readonly bytes: Uint8Array;
  #value: WatchEvent | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get value(): WatchEvent {
    const { buffer, byteOffset, length } = this.bytes;
    this.#value ??= parseJson(Buffer.from(buffer, byteOffset, length).toString()) as WatchEvent;
    return this.#value;
  }
}
