import { createHash } from 'node:crypto';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract, type Headers } from 'tar-stream';
import { UnsafeEntryError } from './entry-path.ts';
import type { LayerNotes } from './layer.ts';
import { LayerTree } from './tree.ts';

/** Bounds against archives that are made to fill a disk. */
export interface UnpackLimits {
  /** Of the uncompressed archive. */
  readonly bytes: number;
  readonly entries: number;
}

export const defaultLimits: UnpackLimits = { bytes: 16 * 1024 ** 3, entries: 1_000_000 };

export interface UnpackOrder {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly mediaType: string;
  /** An empty folder that nobody else writes to. */
  readonly tree: string;
  readonly limits?: UnpackLimits;
}

/**
 * Unpacks a layer below `tree` and never anywhere else. Owners and unusual modes are only
 * noted: what runs as a process of the machine has none of them. Rejects with `UnsafeEntryError` or with what the stream fails with.
 */
export async function unpackLayer(order: UnpackOrder): Promise<LayerNotes> {
  const limits = order.limits ?? defaultLimits;
  const hash = createHash('sha256');
  const archive = extract();
  const tree = new LayerTree(order.tree);
  const source = Readable.from(order.bytes, { objectMode: false });
  await firstCause([
    takeEntries(archive, tree, limits),
    pipeline([source, ...decompressor(order.mediaType), meter(hash, limits.bytes), archive]),
  ]);
  return { ...(await tree.finish()), diffId: `sha256:${hash.digest('hex')}` };
}

/** Either side takes the other down with it; what matters is why the first one failed. */
async function firstCause(sides: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(sides);
  const errors = settled.flatMap((side) =>
    side.status === 'rejected' ? [side.reason as NodeJS.ErrnoException] : [],
  );
  const cause = errors.find(({ code }) => code !== 'ERR_STREAM_PREMATURE_CLOSE') ?? errors[0];
  if (cause !== undefined) throw cause;
}

async function takeEntries(
  archive: ReturnType<typeof extract>,
  tree: LayerTree,
  limits: UnpackLimits,
): Promise<void> {
  let entries = 0;
  for await (const entry of archive) {
    entries += 1;
    if (entries > limits.entries) throw new UnsafeEntryError(`more than ${limits.entries} entries`);
    await takeEntry(tree, entry.header, entry);
    entry.resume();
  }
}

async function takeEntry(tree: LayerTree, header: Headers, content: AsyncIterable<Buffer>): Promise<void> {
  // The parser waits for ever for the content of an entry whose size it could not read.
  if (!Number.isSafeInteger(header.size))
    throw new UnsafeEntryError(`the size of ${JSON.stringify(header.name)} is no number`);
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      return tree.file(header, content);
    case 'directory':
      return tree.folder(header);
    case 'symlink':
      return tree.symbolicLink(header);
    case 'link':
      return tree.hardLink(header);
    default:
      throw new UnsafeEntryError(
        `${JSON.stringify(header.name)} is a ${header.type ?? 'thing of unknown kind'}`,
      );
  }
}

function decompressor(mediaType: string): Transform[] {
  if (/[+.](tar\.)?gzip$/.test(mediaType)) return [createGunzip()];
  if (mediaType.endsWith('+zstd')) return [createZstdDecompress()];
  if (mediaType.endsWith('.tar')) return [];
  throw new UnsafeEntryError(`layers of type ${JSON.stringify(mediaType)} are not served`);
}

/** Counts and hashes what passes. */
function meter(hash: ReturnType<typeof createHash>, limit: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      passed += chunk.length;
      hash.update(chunk);
      if (passed > limit) done(new UnsafeEntryError(`more than ${limit} bytes when unpacked`));
      else done(null, chunk);
    },
  });
}
