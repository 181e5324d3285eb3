// The composition root of the command line: the one place that touches the process.
import { randomBytes } from 'node:crypto';
import { run } from './run.ts';
import { exitStatus } from './status.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The second one ends at once.
  process.once(signal, () => stop.abort());
}
// A reader that has read enough (`| head`) is no fault: what follows is said to nobody.
for (const [stream, ends] of [
  [process.stdout, true],
  [process.stderr, false],
] as const) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (ends) stop.abort();
  });
}

try {
  process.exitCode = await run(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    terminal: process.stdin.isTTY && process.stderr.isTTY,
    signal: stop.signal,
    now: () => Date.now(),
    randomBytes: (count) => randomBytes(count),
  });
} catch (error) {
  // A bug keeps its stack.
  console.error(error);
  process.exitCode = exitStatus.platform;
}
