import { watch } from 'node:fs';
import { open } from 'node:fs/promises';
import { outputFile } from './folders.ts';
import type { Attempt } from './work.ts';

const blockSize = 64 * 1024;

/** What a container writes from now on, byte by byte as it comes, to its end or until nobody listens any more. */
export async function* followOutput(attempt: Attempt, signal: AbortSignal): AsyncGenerator<Buffer> {
  const path = outputFile(attempt.folder);
  await using file = await open(path, 'r');
  let position = (await file.stat()).size;
  let news = Promise.withResolvers<void>();
  const tell = (): void => news.resolve();
  using watcher = disposable(watch(path, { persistent: false }, tell), (opened) => opened.close());
  watcher.value.on('error', tell);
  signal.addEventListener('abort', tell, { once: true });
  void attempt.settled.then(tell);
  while (!signal.aborted) {
    // Ask before reading: what is written before the answer is seen by the read.
    const over = attempt.end !== undefined;
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(blockSize), 0, blockSize, position);
    position += bytesRead;
    if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
    else if (over) return;
    else {
      await news.promise;
      news = Promise.withResolvers<void>();
    }
  }
}

const disposable = <T>(value: T, close: (value: T) => void) => ({
  value,
  [Symbol.dispose]: () => close(value),
});
