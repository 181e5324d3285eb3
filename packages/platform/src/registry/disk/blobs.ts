import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { algorithmOf, createDigester, type Digest, type Digester, isDigest } from '../../oci/digest.ts';
import { type BlobStore, type BlobWriter, type ByteRange, DigestMismatch } from '../storage.ts';
import { isMissing, type Publish, removeDurably } from './durable.ts';

export interface DiskPaths {
  /** Of the blobs, for good. */
  readonly blobs: string;
  /** A name for a file that is not finished; in the same file system, so that it can be moved into place. */
  scratch(): string;
}

/** Bytes that are read at once; large enough that the cost of a read does not show. */
const readSize = 256 * 1024;

export const diskBlobs = (paths: DiskPaths, publish: Publish): BlobStore => {
  const pathOf = (digest: Digest): string => {
    const [algorithm = '', hex = ''] = digest.split(':');
    return join(paths.blobs, algorithm, hex.slice(0, 2), hex);
  };
  return {
    begin: () => beginWriter(paths.scratch(), (path, digest) => publish(path, pathOf(digest))),
    stat: async (digest) => (await unlessMissing(stat(pathOf(digest))))?.size,
    async open(digest, range) {
      const path = pathOf(digest);
      const size = (await unlessMissing(stat(path)))?.size;
      return size === undefined
        ? undefined
        : { size, body: readFile(path, range ?? { start: 0, end: size }) };
    },
    delete: (digest) => removeDurably(pathOf(digest)),
    list: () => listBlobs(paths.blobs),
  };
};

const unlessMissing = async <T>(promise: Promise<T>): Promise<T | undefined> => {
  try {
    return await promise;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Opens the file only when somebody reads: a body that nobody wants would hold it for ever. */
async function* readFile(path: string, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
  await using handle = await open(path, 'r');
  for (let position = start; position < end; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(readSize, end - position));
    const { bytesRead } = await handle.read(buffer, { position });
    if (bytesRead === 0) throw new Error('a blob is shorter on disk than it was when it was opened');
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* listBlobs(root: string): AsyncGenerator<Digest> {
  for (const algorithm of ['sha256', 'sha512']) {
    const folders = (await unlessMissing(readdir(join(root, algorithm)))) ?? [];
    for (const folder of folders.sort()) {
      const names = await readdir(join(root, algorithm, folder));
      yield* names
        .sort()
        .map((name) => `${algorithm}:${name}`)
        .filter(isDigest);
    }
  }
}

const beginWriter = async (
  path: string,
  place: (path: string, digest: Digest) => Promise<void>,
): Promise<BlobWriter> => {
  const handle = await open(path, 'wx+');
  const running = createDigester();
  let size = 0;
  let sha256: Digest | undefined;
  const digestAs = async (digest: Digest): Promise<Digest> => {
    if (algorithmOf(digest) === 'sha256') return (sha256 ??= running.digest());
    // Which algorithm is wanted is said only at the end; the unusual one is worth a second reading.
    return hashFile(handle, size, createDigester('sha512'));
  };
  return {
    get size() {
      return size;
    },
    async append(chunks) {
      for await (const chunk of chunks) {
        // Hashed while the disk writes. A write that fails leaves a hash of more than there is, so it can never commit.
        const written = writeFully(handle, chunk, size);
        running.update(chunk);
        await written;
        size += chunk.byteLength;
      }
    },
    async commit(digest) {
      const actual = await digestAs(digest);
      if (actual !== digest) throw new DigestMismatch(digest, actual);
      await handle.sync();
      await handle.close();
      await place(path, digest);
    },
    async abort() {
      await handle.close();
      await rm(path, { force: true });
    },
  };
};

const writeFully = async (handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < chunk.byteLength; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, position + done);
    done += bytesWritten;
  }
};

const hashFile = async (handle: FileHandle, size: number, digester: Digester): Promise<Digest> => {
  const buffer = Buffer.allocUnsafeSlow(readSize);
  for (let position = 0; position < size; ) {
    const { bytesRead } = await handle.read(buffer, { position });
    if (bytesRead === 0) throw new Error('an upload is shorter on disk than what was written');
    digester.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return digester.digest();
};
