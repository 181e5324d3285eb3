import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** How a program ended, and what it said. */
export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  /** Both, as they came. */
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A platform that runs on this machine for a test, seen only through its front doors. */
export interface Platform extends AsyncDisposable {
  readonly folder: string;
  readonly kubeconfig: string;
  /** Port at which visitors, git and the registry come in. */
  readonly port: number;
  /** The process of `fairlead up`. */
  readonly process: ChildProcess;
  /** The environment of the platform's user. */
  readonly env: NodeJS.ProcessEnv;
  /** What `fairlead up` printed. */
  readonly said: () => string;
  fairlead(cwd: string, ...args: string[]): Promise<Ended>;
  git(cwd: string, ...args: string[]): Promise<Ended>;
  kubectl(...args: string[]): Promise<Ended>;
  /** Any program with the environment of the platform's user. */
  run(cwd: string, command: readonly [string, ...string[]], input?: string): Promise<Ended>;
  get(host: string, path?: string): Promise<Answer>;
  /** A folder with the files of an example as a git repository of one commit on main. */
  repository(name: string, files: string | Readonly<Record<string, string>>): Promise<string>;
  commit(folder: string, files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs `fairlead up` again on the same data folder and ports. */
  up(): Promise<void>;
  stop(): Promise<void>;
}

export const run = (
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly input?: string },
): Promise<Ended> =>
  new Promise((done, failed) => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: ['pipe', 'pipe', 'pipe'] });
    const said = { out: '', err: '', text: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
      said.text += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.err += chunk.toString();
      said.text += chunk.toString();
    });
    child.once('error', failed);
    child.once('close', (status) => done({ status, ...said }));
    // A program that reads nothing may be gone before it could.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });

/** Starts `fairlead up`; `ready` resolves with the line that begins so, and rejects when it ends before. */
const startUp = (
  { folder, data, env, up }: { folder: string; data: string; env: NodeJS.ProcessEnv; up: readonly string[] },
  ports: { listen: number; api: number },
) => {
  const args = [
    'up',
    '--data',
    data,
    '--listen',
    `127.0.0.1:${ports.listen}`,
    '--api-listen',
    `127.0.0.1:${ports.api}`,
    ...up,
  ];
  const child = spawn(join(root, 'bin/fairlead'), args, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ready = new Promise<void>((done, failed) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (/^ready/m.test(said)) done();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('close', (status) => failed(new Error(`fairlead up ended with ${status}:\n${said}`)));
  });
  return { child, ready, said: () => said };
};

export const openPlatform = async (
  options: { readonly data?: string; readonly up?: readonly string[] } = {},
): Promise<Platform> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-test-'));
  await mkdir(join(folder, 'home'));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: join(folder, 'home'),
    FAIRLEAD_CACHE: process.env['FAIRLEAD_CACHE'] ?? join(process.env['HOME'] ?? '/root', '.cache/fairlead'),
    FAIRLEAD_HOME: join(folder, 'home', '.fairlead'),
    USER: 'ann',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ann',
    GIT_AUTHOR_EMAIL: 'ann@example.com',
    GIT_COMMITTER_NAME: 'Ann',
    GIT_COMMITTER_EMAIL: 'ann@example.com',
    PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`,
  };
  const { data = join(folder, 'data'), up = [] } = options;
  const place = { folder, data, env, up };
  let running = startUp(place, { listen: 0, api: 0 });
  await running.ready;
  const endpoints = JSON.parse(await readFile(join(data, 'endpoints.json'), 'utf8')) as {
    url: string;
    api: string;
    kubeconfig: string;
  };
  const port = Number(new URL(endpoints.url).port);
  const api = Number(new URL(endpoints.api).port);

  const stop = (): Promise<void> =>
    new Promise((done) => {
      const { child } = running;
      if (child.exitCode !== null || child.signalCode !== null) return done();
      child.once('exit', () => done());
      child.kill('SIGTERM');
    });
  const anywhere = (cwd: string, [file, ...args]: readonly [string, ...string[]], input?: string) =>
    run(file, args, { cwd, env, ...(input === undefined ? {} : { input }) });
  const commit = async (at: string, files: Readonly<Record<string, string>>): Promise<void> => {
    await writeFiles(at, files);
    await anywhere(at, ['git', 'add', '--all']);
    await anywhere(at, ['git', 'commit', '--quiet', '--message', 'a change']);
  };
  return {
    folder,
    kubeconfig: endpoints.kubeconfig,
    port,
    env,
    get process() {
      return running.child;
    },
    said: () => running.said(),
    fairlead: (cwd, ...args) => anywhere(cwd, [join(root, 'bin/fairlead'), ...args]),
    git: (cwd, ...args) => anywhere(cwd, ['git', ...args]),
    kubectl: (...args) => anywhere(folder, ['kubectl', '--kubeconfig', endpoints.kubeconfig, ...args]),
    run: anywhere,
    get: (host, path = '/') => get(port, host, path),
    repository: async (name, files) => {
      const at = join(folder, name);
      await mkdir(at, { recursive: true });
      if (typeof files === 'string') await cp(join(root, 'examples/apps', files), at, { recursive: true });
      await anywhere(at, ['git', 'init', '--quiet', '--initial-branch=main']);
      await commit(at, typeof files === 'string' ? {} : files);
      return at;
    },
    commit,
    up: async () => {
      running = startUp(place, { listen: port, api });
      await running.ready;
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const writeFiles = async (at: string, files: Readonly<Record<string, string>>): Promise<void> => {
  const { writeFile } = await import('node:fs/promises');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(at, name, '..'), { recursive: true });
    await writeFile(join(at, name), content);
  }
};

const get = (port: number, host: string, path: string): Promise<Answer> =>
  new Promise((done, failed) => {
    const asking = request({ host: '127.0.0.1', port, path, headers: { host }, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.once('error', failed);
      response.once('end', () => done({ status: response.statusCode ?? 0, body }));
    });
    asking.once('error', failed);
    asking.end();
  });
