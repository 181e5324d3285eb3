import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fitsOptions } from '../sandbox/fstab.ts';
import type { Runtime } from './contract.ts';

/** How long a machine may take to say whether it can, in milliseconds. */
const patience = 5000;

/** The container runtime of this machine; `undefined` when it has none. */
export async function findRuntime(dataFolder: string): Promise<Runtime | undefined> {
  const found = await run('/bin/sh', ['-c', 'command -v crun']);
  if (found.failure !== undefined) return undefined;
  const state = join(dataFolder, 'runtime');
  await mkdir(state, { recursive: true, mode: 0o700 });
  return { program: found.output.trim(), state, notLayered: await whyNotLayered(dataFolder) };
}

/** It is really tried, where it will be needed: some file systems cannot carry another one. */
async function whyNotLayered(dataFolder: string): Promise<string | undefined> {
  if (!fitsOptions(dataFolder))
    return 'the name of the data folder cannot stand among the options of a mount';
  const folder = await mkdtemp(join(dataFolder, 'overlay-'));
  try {
    for (const name of ['lower', 'upper', 'work', 'root']) await mkdir(join(folder, name));
    return (await run('unshare', ['--mount', '/bin/sh', '-c', attempt, 'try', folder])).failure;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const attempt =
  'mount -t overlay overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" "$1/root" && : >"$1/root/file"';

interface Answer {
  readonly output: string;
  readonly failure: string | undefined;
}

const run = (file: string, args: readonly string[]): Promise<Answer> =>
  new Promise((done) => {
    execFile(file, args, { timeout: patience }, (error, output, said) =>
      done({ output, failure: error === null ? undefined : said.trim() || error.message }),
    );
  });
