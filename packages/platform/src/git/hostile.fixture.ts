import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type ClientRequest, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Auth } from '../auth/index.ts';
import type { ProgressEvent } from '../progress/index.ts';
import { listen, type Listening } from '../server/listen.ts';
import { createGit, createGitServer, openRepositories, type PushedCommit, type RunGit } from './index.ts';

/** A git server for the app default/shop, what was deployed there, and every process that it started. */
export interface Scene extends AsyncDisposable {
  readonly deployed: { commit: string; size: number }[];
  readonly children: ChildProcess[];
  /** Awaited by every deploy before it ends. */
  hold: Promise<unknown>;
  /** How much of a tree a deploy reads. */
  most: number;
  post(
    action: string,
    body: Uint8Array,
    headers?: Record<string, string>,
  ): Promise<{ status: number; text: string }>;
  /** Sends a part of a body that is announced as longer, and stays. */
  begin(body: Uint8Array): ClientRequest;
  /** Id of the branch main; empty when it is not there. */
  main(): Promise<string>;
}

const auth: Auth = {
  authenticate: async () => ({ name: 'ann', groups: [] }),
  authorize: async () => true,
};

const headers = { authorization: 'Bearer any' };

interface Watched {
  readonly deployed: Scene['deployed'];
  readonly children: ChildProcess[];
  hold: Promise<unknown>;
  most: number;
}

/** A real git server, whose deploys only read what they are given. */
const startServer = (folder: string, seen: Watched): Promise<Listening> => {
  const start = createGit(process.env['PATH'] ?? '/usr/bin:/bin');
  const git: RunGit = (call) => {
    const child = start(call);
    seen.children.push(child);
    return child;
  };
  async function* deploy({ commit: id, tree: files }: PushedCommit): AsyncGenerator<ProgressEvent> {
    let size = 0;
    for await (const chunk of files) if ((size += chunk.length) > seen.most) break;
    seen.deployed.push({ commit: id, size });
    await seen.hold;
    yield { type: 'end', ok: true, text: 'deployed' };
  }
  const repositories = openRepositories({ folder, hooks: import.meta.dirname, git, maxBytes: 1_000_000 });
  const ports = { deploy, exists: async () => true };
  return listen(createGitServer({ auth, ports, repositories, git }), { host: '127.0.0.1', port: 0 });
};

export const openScene = async (): Promise<Scene> => {
  const folder = await mkdtemp(join(tmpdir(), 'git-hostile-'));
  const seen: Watched = {
    deployed: [],
    children: [],
    hold: Promise.resolve(),
    most: Number.POSITIVE_INFINITY,
  };
  const server = await startServer(folder, seen);
  const url = `http://127.0.0.1:${server.address.port}/git/default/shop.git`;
  return Object.assign(seen, requestsTo(url), {
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  });
};

const requestsTo = (url: string): Pick<Scene, 'post' | 'begin' | 'main'> => ({
  async post(action, body, more = {}) {
    const response = await fetch(`${url}/${action}`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: Buffer.from(body),
    });
    return { status: response.status, text: await response.text() };
  },
  begin(body) {
    const asking = send(`${url}/git-receive-pack`, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length + 1000 },
    });
    asking.on('error', () => {}).on('response', (response) => response.on('error', () => {}).resume());
    asking.write(body);
    return asking;
  },
  async main() {
    const response = await fetch(`${url}/info/refs?service=git-upload-pack`, { headers });
    return /([0-9a-f]{40}) refs\/heads\/main/.exec(await response.text())?.[1] ?? '';
  },
});

/** Resolves when every process that the server started has ended. */
export const allEnded = async ({ children }: Scene): Promise<void> => {
  const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  await Promise.all(running.map((child) => once(child, 'exit')));
};
