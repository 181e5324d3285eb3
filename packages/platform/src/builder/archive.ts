import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FairleadError } from '@fairlead/api/errors';
import { extract, type Headers } from 'tar-stream';
import type { Chunks } from '../oci/client.ts';
import type { Entry } from './entry.ts';
import { createEntrySet, type EntrySet } from './entry-set.ts';
import { type ContentLimits, createMeter, type Meter, sourceLimits } from './limits.ts';
import { checkLink, parsePath, unsafe } from './safe-path.ts';
import { createSpool, type Spool } from './spool.ts';

/** The content of an archive; valid until it is disposed. */
export interface OpenArchive extends AsyncDisposable {
  readonly entries: readonly Entry[];
}

export interface ArchiveOptions {
  /** A folder for what does not fit into memory. */
  readonly scratch: string;
  readonly limits?: ContentLimits;
  /** Only what is below this folder of the archive, as if it were the root. */
  readonly within?: string;
}

/**
 * Reads a tar archive of a stranger (`git archive`, GNU tar, bsdtar). Whatever would leave the root, is no file, folder
 * or link, or comes twice is refused with E_SOURCE_UNSAFE; too much with E_SOURCE_TOO_LARGE.
 */
export const openArchive = async (chunks: Chunks, options: ArchiveOptions): Promise<OpenArchive> => {
  const limits = options.limits ?? sourceLimits;
  const spool = createSpool(options.scratch);
  const within = options.within === undefined ? '' : `${options.within}/`;
  const reading: Reading = { spool, meter: createMeter(limits), found: createEntrySet(), within };
  const input = watched(chunks);
  try {
    await readAll(input, reading, limits);
    return {
      entries: reading.found.values(),
      [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
    };
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    if (error instanceof FairleadError || input.failed()) throw error;
    // The parser's own words: "Invalid tar header", "Unexpected end of data".
    throw unsafe('the archive', messageOf(error));
  }
};

/** Tells a broken archive from a broken connection. */
const watched = (chunks: Chunks): AsyncIterable<Uint8Array> & { failed(): boolean } => {
  let failed = false;
  async function* pass(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      failed = true;
      throw error;
    }
  }
  return { [Symbol.asyncIterator]: pass, failed: () => failed };
};

interface Reading {
  readonly spool: Spool;
  readonly meter: Meter;
  readonly found: EntrySet;
  readonly within: string;
}

const readAll = async (chunks: Chunks, reading: Reading, limits: ContentLimits): Promise<void> => {
  const archive = extract();
  const input = Readable.from(counted(chunks, limits), { objectMode: false });
  const [piped, taken] = await Promise.allSettled([
    pipeline([input, archive as unknown as Transform]),
    takeEntries(archive, reading),
  ]);
  // Each fails when the other does, and then says only that: what refused the archive is the one that knows why.
  const errors = [taken, piped].flatMap((done) =>
    done.status === 'rejected' ? [done.reason as unknown] : [],
  );
  if (errors.length > 0) throw errors.find((error) => error instanceof FairleadError) ?? errors.at(-1);
};

/** Names and padding cost something too: four blocks for each entry are plenty. */
async function* counted(chunks: Chunks, limits: ContentLimits): AsyncGenerator<Uint8Array> {
  const meter = createMeter({
    ...limits,
    bytes: limits.bytes + limits.entries * 2048,
    entries: Number.POSITIVE_INFINITY,
  });
  for await (const chunk of chunks) {
    meter.add(chunk.byteLength);
    yield chunk;
  }
}

const takeEntries = async (archive: ReturnType<typeof extract>, reading: Reading): Promise<void> => {
  for await (const content of archive) {
    await takeEntry(reading, content.header, content);
    content.resume();
  }
};

const takeEntry = async (
  reading: Reading,
  header: Headers,
  content: AsyncIterable<Uint8Array>,
): Promise<void> => {
  // The parser waits for ever for the content of an entry whose size it could not read.
  if (!Number.isSafeInteger(header.size)) throw unsafe(header.name, 'its size is no number');
  if (!header.name.startsWith(reading.within)) return;
  const path = parsePath(header.name.slice(reading.within.length));
  // Declared, so that what is too large is refused before it is read.
  reading.meter.add(header.size ?? 0);
  if (path === '') return;
  reading.found.add(await entryOf(reading, { header, path, content }));
};

interface Received {
  readonly header: Headers;
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array>;
}

const entryOf = async ({ spool, found }: Reading, { header, path, content }: Received): Promise<Entry> => {
  const target = header.linkname ?? '';
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      return {
        kind: 'file',
        path,
        executable: ((header.mode ?? 0) & 0o100) !== 0,
        ...(await spool.add(content)),
      };
    case 'directory':
      return { kind: 'folder', path };
    case 'symlink':
      checkLink(path, target);
      return { kind: 'link', path, target };
    case 'link': {
      // A second name of a file before it: becomes a file of its own.
      const same = found.get(parsePath(target));
      if (same?.kind !== 'file') throw unsafe(path, 'it is a hard link to what is no file of the archive');
      return { ...same, path };
    }
    default:
      throw unsafe(path, `it is neither a file nor a folder but a ${header.type ?? 'thing of unknown kind'}`);
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
