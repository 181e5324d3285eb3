// The composition root of the command line: the one place that touches the process.
import { randomBytes } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { isatty } from 'node:tty';
import { run } from './run.ts';
import { exitStatus } from './status.ts';

const stop = new AbortController();
const hurry = new AbortController();
// Ctrl-C, a polite kill, and a terminal that is closed. Asked again, what still takes its time ends at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!stop.signal.aborted) return stop.abort();
    if (getEventListeners(hurry.signal, 'abort').length === 0) process.exit(exitStatus.interrupted);
    hurry.abort();
  });
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
    // Opened only by a command that reads it.
    get input() {
      return process.stdin;
    },
    env: process.env,
    cwd: process.cwd(),
    terminal: isatty(0) && isatty(2),
    signal: stop.signal,
    hurry: hurry.signal,
    now: () => Date.now(),
    randomBytes: (count) => randomBytes(count),
  });
} catch (error) {
  // A bug keeps its stack.
  console.error(error);
  process.exitCode = exitStatus.platform;
}
