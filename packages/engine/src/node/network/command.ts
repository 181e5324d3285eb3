import { spawn } from 'node:child_process';

/** A program of the machine failed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** How long a change of the network may take, in milliseconds. */
const patience = 20_000;

/** Runs a program of the machine, with a text to read. Resolves with what it printed; rejects with `CommandError`. */
export function runCommand(file: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: patience });
    let out = '';
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.stdin.on('error', () => {}); // It ended without reading all.
    child.once('error', (error) => fail(new CommandError(error.message)));
    child.once('close', (code) => {
      if (code === 0) done(out);
      else fail(new CommandError(`${file} ${args.join(' ')}: ${complaint.trim() || `exit code ${code}`}`));
    });
    child.stdin.end(input);
  });
}
