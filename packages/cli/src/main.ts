// The composition root of the command line: the one place that touches the process.
import { randomBytes } from 'node:crypto';
import { run } from './run.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The second one ends at once.
  process.once(signal, () => stop.abort());
}

const status = await run(process.argv.slice(2), {
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
process.exitCode = status;
