import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chunks } from '../oci/client.ts';

/** Keeps content until it is read again: in memory while it is little, in a file when it is more. */
export interface Spool extends AsyncDisposable {
  /** Takes a content; the result gives it back, any number of times, until the spool is disposed. */
  add(chunks: AsyncIterable<Uint8Array>): Promise<{ readonly size: number; content(): Uint8Array | Chunks }>;
}

const memoryLimit = 32 * 1024 * 1024;
const readSize = 1024 * 1024;

/** `folder` is where the file goes, when there is one. */
export const createSpool = (folder: string): Spool => {
  const disk = createFile(folder);
  let inMemory = 0;
  return {
    async add(chunks) {
      const parts: Uint8Array[] = [];
      let size = 0;
      let onDisk: { readonly position: number } | undefined;
      for await (const chunk of chunks) {
        size += chunk.byteLength;
        parts.push(chunk);
        if (onDisk === undefined && inMemory + size <= memoryLimit) continue;
        onDisk ??= { position: await disk.end() };
        for (const part of parts.splice(0)) await disk.append(part);
      }
      if (onDisk !== undefined) return { size, content: () => disk.read(onDisk.position, size) };
      inMemory += size;
      const bytes = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      return { size, content: () => bytes };
    },
    [Symbol.asyncDispose]: () => disk.remove(),
  };
};

const createFile = (folder: string) => {
  let opened: Promise<{ own: string; path: string; handle: Awaited<ReturnType<typeof open>> }> | undefined;
  let length = 0;
  const file = (): NonNullable<typeof opened> => {
    opened ??= (async () => {
      const own = await mkdtemp(join(folder, 'spool-'));
      const path = join(own, 'content');
      return { own, path, handle: await open(path, 'wx+', 0o600) };
    })();
    return opened;
  };
  return {
    async end() {
      await file();
      return length;
    },
    async append(bytes: Uint8Array) {
      const { handle } = await file();
      await handle.appendFile(bytes);
      length += bytes.byteLength;
    },
    async *read(start: number, size: number): AsyncGenerator<Uint8Array> {
      const { handle } = await file();
      for (let done = 0; done < size; ) {
        const buffer = Buffer.allocUnsafeSlow(Math.min(readSize, size - done));
        const { bytesRead } = await handle.read(buffer, { position: start + done });
        if (bytesRead === 0) throw new Error('the spool file is shorter than what was written');
        done += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    },
    async remove() {
      if (opened === undefined) return;
      const { own, handle } = await opened;
      await handle.close();
      await rm(own, { recursive: true, force: true });
    },
  };
};
