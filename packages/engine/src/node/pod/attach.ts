import { Readable } from 'node:stream';
import type { Container } from '@fairlead/kube';
import type { OpenCommand } from '../process/contract.ts';
import { endStdin, writeStdin } from '../process/stdin.ts';
import { createResizer } from '../process/terminal.ts';
import { followOutput } from './follow-output.ts';
import { terminalFile } from './folders.ts';
import type { Attempt } from './work.ts';

/** A container's own process: what it writes from now on, as one stream as it is kept, and its input if it wants one. */
export function openAttach(
  attempt: Attempt,
  { spec, stdin: wanted }: { readonly spec: Container; readonly stdin: boolean },
): OpenCommand {
  const { folder } = attempt;
  const gone = new AbortController();
  const resize = createResizer(terminalFile(folder));
  const stdin = wanted && spec.stdin === true ? writeStdin(folder) : undefined;
  const leave = (): void => {
    stdin?.destroy();
    // Who wants only one to talk to it is told when that one goes.
    if (stdin !== undefined && spec.stdinOnce === true) void endStdin(folder);
  };
  stdin?.once('finish', leave);
  return {
    stdin,
    stdout: Readable.from(followOutput(attempt, gone.signal), { objectMode: false }),
    stderr: undefined,
    ended: attempt.settled.then(() => attempt.end?.code ?? 0),
    resize(size) {
      if (spec.tty === true) resize(size);
    },
    kill() {
      leave();
      gone.abort();
    },
  };
}
