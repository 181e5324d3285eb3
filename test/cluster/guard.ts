import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Sees to it that nothing stays when this process is killed: neither its children nor its folder. */
export interface Guard {
  /** From now on that process does not outlive this one. */
  watch(pid: number): void;
  /** Everything has been stopped in order: nothing is left for the guard to do. */
  release(): Promise<void>;
}

// Reads pids from a pipe. The pipe ends when the process that holds the other end is no more, however it ended.
const SCRIPT = `
pids=
while read -r line; do
  [ "$line" = released ] && exit 0
  pids="$pids $line"
done
kill -KILL $pids 2>/dev/null
rm -rf -- "$1"
`;

/** Starts the guard of a folder: a shell of a session of its own, so that an interrupt from a terminal passes it by. */
export const startGuard = (folder: string): Guard => {
  const shell = spawn('sh', ['-c', SCRIPT, 'guard', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = once(shell, 'exit');
  shell.unref();
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    release: async () => {
      shell.ref();
      shell.stdin.end('released\n');
      await ended;
    },
  };
};
