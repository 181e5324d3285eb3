import { Readable } from 'node:stream';
import type { OpenCommand } from '../process/contract.ts';
import { followOutput } from './follow-output.ts';
import type { Attempt } from './work.ts';

/** What a container writes from now on, as one stream: where it is kept, its two outputs are one. */
export function openAttach(attempt: Attempt): OpenCommand {
  const gone = new AbortController();
  const ended = attempt.settled.then(() => attempt.end?.code ?? 0);
  return {
    stdin: undefined,
    stdout: Readable.from(followOutput(attempt, gone.signal), { objectMode: false }),
    stderr: undefined,
    ended,
    resize() {},
    kill: () => gone.abort(),
  };
}
