import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEngine } from '../engine.ts';

const present = (): boolean => {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** For `test`: skips where there is no kubectl. */
export const needsKubectl = { skip: present() ? (false as const) : 'kubectl is not installed' };

/** The real kubectl as a client of an engine of its own. */
export interface Kubectl extends AsyncDisposable {
  /** What it printed, without the ends; rejects when it fails. */
  run(...args: readonly string[]): Promise<string>;
  /** What it said when it failed, as it must. */
  refused(...args: readonly string[]): Promise<string>;
  /** The path of a file with this object in it. */
  file(name: string, object: object): Promise<string>;
  readonly environment: Readonly<Record<string, string>>;
}

const execute = promisify(execFile);

/** Starts an engine in memory and gives a kubectl for it, which finds its programs by `path`. */
export const openKubectl = async (path = ''): Promise<Kubectl> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-kubectl-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const engine = await startEngine({ listen: { host: '127.0.0.1', port: 0, kubeconfig } });
  // HOME is the test's own: kubectl keeps what it discovered there.
  const environment = { PATH: path, HOME: folder, KUBECONFIG: kubeconfig };
  const run = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await execute('kubectl', args, { env: environment, timeout: 30_000 });
    return stdout.trim();
  };
  return {
    run,
    environment,
    refused: (...args) => failureOf(run(...args), args),
    file: async (name, object) => {
      const path = join(folder, name);
      await writeFile(path, JSON.stringify(object));
      return path;
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await rm(folder, { recursive: true });
    },
  };
};

const failureOf = async (running: Promise<string>, args: readonly string[]): Promise<string> => {
  const outcome = await running.then(
    () => undefined,
    (error: { readonly stderr: string }) => error.stderr.trim(),
  );
  if (outcome === undefined) throw new Error(`kubectl ${args.join(' ')} was not refused`);
  return outcome;
};
