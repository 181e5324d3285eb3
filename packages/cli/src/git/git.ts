import { spawn } from 'node:child_process';
import type { Io } from '../io.ts';

/** Runs git; resolves with what it printed, or undefined when it failed or is not there. */
export const git = (io: Pick<Io, 'cwd' | 'env'>, ...args: string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn('git', args, { cwd: io.cwd, env: io.env, stdio: ['ignore', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? Buffer.concat(chunks).toString() : undefined));
  });
