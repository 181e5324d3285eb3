import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isWithin } from '../sandbox/view.ts';
import type { Runtime } from './contract.ts';

/** What the runtime calls the container of an attempt. */
export const nameOf = (folder: string): string =>
  createHash('sha256').update(folder).digest('hex').slice(0, 32);

/** The attempts below a folder of which the runtime knows. */
export async function listBundles({ program, state }: Runtime, folder: string): Promise<string[]> {
  // Asking the file system costs less than asking a program, and mostly there is none.
  if ((await readdir(state)).length === 0) return [];
  const text = await run(program, ['--root', state, 'list', '--format', 'json']);
  const known = (JSON.parse(text || '[]') ?? []) as { readonly bundle: string }[];
  return known.map(({ bundle }) => bundle).filter((bundle) => bundle !== folder && isWithin(bundle, folder));
}

/** Kills what is left of the container of an attempt, and what the runtime noted of it. */
export async function sweepBundle({ program, state }: Runtime, folder: string): Promise<void> {
  if (!existsSync(join(state, nameOf(folder)))) return;
  await run(program, ['--root', state, 'delete', '--force', nameOf(folder)]);
}

const run = (program: string, args: readonly string[]): Promise<string> =>
  new Promise((done) => {
    // What it says of its failure is nothing to act on: what still runs is found by its marker.
    execFile(program, args, (_error, output) => done(output));
  });
