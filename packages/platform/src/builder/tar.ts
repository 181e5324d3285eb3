import type { Entry, FileEntry } from './entry.ts';

// Written by our own hand, because a digest hangs on every byte: with a library, its next version would rebuild the
// world. Format: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header".

const blockSize = 512;
const chunkSize = 256 * 1024;
/** The largest size that eleven octal digits can say. */
const octalLimit = 8 ** 11;

/** Called before the content of a file: where it begins in the archive. */
export type OnFile = (file: FileEntry, offset: number) => void;

/** The archive of these entries, in their order: no times, no owners, modes 644 and 755. */
export const tarBytes = (entries: readonly Entry[], onFile?: OnFile): AsyncGenerator<Uint8Array> =>
  inChunks(pieces(entries, onFile));

async function* pieces(entries: readonly Entry[], onFile: OnFile | undefined): AsyncGenerator<Uint8Array> {
  let position = 0;
  for (const entry of entries) {
    const header = encodeHeader(entry);
    yield header;
    position += header.byteLength;
    if (entry.kind !== 'file') continue;
    onFile?.(entry, position);
    yield* contentOf(entry);
    const padding = -entry.size & (blockSize - 1);
    if (padding > 0) yield zeros.subarray(0, padding);
    position += entry.size + padding;
  }
  yield zeros;
}

const zeros = new Uint8Array(2 * blockSize);

async function* contentOf(file: FileEntry): AsyncGenerator<Uint8Array> {
  const content = file.content();
  let size = 0;
  if (content instanceof Uint8Array) {
    size = content.byteLength;
    if (size > 0) yield content;
  } else {
    for await (const chunk of content) {
      size += chunk.byteLength;
      yield chunk;
    }
  }
  // The header is out already; to go on would shift everything behind it.
  if (size !== file.size) throw new Error(`${file.path} changed while it was read`);
}

/** Small pieces put together: a hash, a file and a stream cost by the call. */
async function* inChunks(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let chunk = Buffer.allocUnsafeSlow(chunkSize);
  let used = 0;
  for await (const part of parts) {
    for (let done = 0; done < part.byteLength; ) {
      const taken = Math.min(part.byteLength - done, chunkSize - used);
      chunk.set(part.subarray(done, done + taken), used);
      done += taken;
      used += taken;
      if (used < chunkSize) continue;
      yield chunk;
      // The reader keeps what it got.
      chunk = Buffer.allocUnsafeSlow(chunkSize);
      used = 0;
    }
  }
  if (used > 0) yield chunk.subarray(0, used);
}

const typeFlags = { file: '0', link: '2', folder: '5' } as const;

const encodeHeader = (entry: Entry): Buffer => {
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'link' ? entry.target : '';
  const size = entry.kind === 'file' ? entry.size : 0;
  const block = encodeBlock({ path, target, size, mode: modeOf(entry), type: typeFlags[entry.kind] });
  const records = [
    ...(fits(path) ? [] : [paxRecord('path', path)]),
    ...(fits(target) ? [] : [paxRecord('linkpath', target)]),
    ...(size < octalLimit ? [] : [paxRecord('size', String(size))]),
  ];
  return records.length === 0 ? block : Buffer.concat([...encodePax(Buffer.concat(records)), block]);
};

const modeOf = (entry: Entry): number => {
  if (entry.kind === 'link') return 0o777;
  return entry.kind === 'folder' || entry.executable ? 0o755 : 0o644;
};

/** Whether a name can stand in the old header: 100 bytes of ASCII. */
const fits = (text: string): boolean => text.length <= 100 && /^[\x20-\x7e]*$/.test(text);

const encodePax = (body: Buffer): Buffer[] => [
  encodeBlock({ path: 'PaxHeader', target: '', size: body.length, mode: 0o644, type: 'x' }),
  body,
  Buffer.alloc(-body.length & (blockSize - 1)),
];

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
const paxRecord = (key: string, value: string): Buffer => {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
};

interface HeaderFields {
  readonly path: string;
  readonly target: string;
  readonly size: number;
  readonly mode: number;
  readonly type: string;
}

const encodeBlock = ({ path, target, size, mode, type }: HeaderFields): Buffer => {
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  // What does not fit here stands in the pax record before; readers that know no pax see a cut name.
  block.write(path, 0, 100, 'latin1');
  block.write(octal(mode, 7), 100, 'latin1');
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(octal(size < octalLimit ? size : 0, 11), 124, 'latin1');
  block.write(octal(0, 11), 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(target, 157, 100, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(octal(0, 7), 329, 'latin1');
  block.write(octal(0, 7), 337, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
};
