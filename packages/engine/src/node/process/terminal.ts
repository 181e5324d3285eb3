import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readIfThere } from '../file.ts';
import { StartError } from './contract.ts';

/**
 * `script` of util-linux has the terminal, as Node cannot make one. It gives its command to a shell: what that is told is always
 * this, and the command itself comes in variables, which no shell reads as its language.
 */
const begin = `
command -p tty >"$FAIRLEAD_TTY.new" && command -p mv "$FAIRLEAD_TTY.new" "$FAIRLEAD_TTY"
set --
i=0
while [ "$i" -lt "$FAIRLEAD_COUNT" ]; do
  eval "set -- \\"\\$@\\" \\"\\$FAIRLEAD_WORD_$i\\""
  unset "FAIRLEAD_WORD_$i"
  i=$((i+1))
done
if [ -n "$FAIRLEAD_SHELL" ]; then SHELL=$FAIRLEAD_SHELL; else unset SHELL; fi
unset FAIRLEAD_TTY FAIRLEAD_COUNT FAIRLEAD_SHELL i
exec "$@"
`;

export interface TerminalOrder {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where the name of the terminal is written. */
  readonly nameFile: string;
}

/** The same command at a terminal of its own, which is gone when it ends. Throws `StartError` where there is no `script`. */
export function atTerminal({ command, environment, nameFile }: TerminalOrder): {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
} {
  const script = findProgram('script');
  const words = command.map((word, at) => [`FAIRLEAD_WORD_${at}`, word] as const);
  return {
    command: [script, '--quiet', '--return', '--flush', '--echo', 'always', '--command', begin, '/dev/null'],
    environment: {
      ...environment,
      ...Object.fromEntries(words),
      FAIRLEAD_COUNT: String(words.length),
      FAIRLEAD_TTY: nameFile,
      FAIRLEAD_SHELL: environment['SHELL'] ?? '',
      SHELL: '/bin/sh',
    },
  };
}

const folders = ['/usr/bin', '/bin', '/usr/local/bin'];

function findProgram(name: string): string {
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const where = folders.join(delimiter);
  throw new StartError(`a terminal needs the program ${name} of util-linux, which is not in ${where}`);
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Tells a terminal its sizes, in order: kubectl sends a wrong one first, so that what is there is drawn anew. */
export function createResizer(nameFile: string): (size: Size) => void {
  let last: Promise<void> = Promise.resolve();
  return (size) => {
    last = last.then(() => resizeTerminal(nameFile, size)).catch(() => {});
  };
}

/** Whoever runs there is told by SIGWINCH. Nothing happens when it is gone. */
async function resizeTerminal(nameFile: string, { columns, rows }: Size): Promise<void> {
  const name = (await readIfThere(nameFile))?.trim() ?? '';
  if (!/^\/dev\/pts\/\d+$/.test(name)) return;
  const args = ['-F', name, 'cols', String(columns), 'rows', String(rows)];
  await new Promise<void>((done) => {
    execFile('stty', args, () => done());
  });
}
