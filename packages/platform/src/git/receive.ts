import type { ChildProcess } from 'node:child_process';
import type { Duplex, Writable } from 'node:stream';
import { FairleadError, renderError } from '@fairlead/api';
import { renderProgress } from '../progress/index.ts';
import type { User } from '../auth/index.ts';
import type { GitPorts, RepositoryName } from './ports.ts';
import { outputOf, type RunGit, textOf } from './run.ts';
import type { RefUpdate } from './updates.ts';

export interface Receiving {
  readonly name: RepositoryName;
  readonly user: User;
  readonly repository: string;
  readonly updates: readonly RefUpdate[];
  readonly git: RunGit;
  readonly ports: GitPorts;
  /** Repositories whose deployed branch a push is about to move. */
  readonly busy: Set<string>;
  /** Called when everything has arrived: from then on it does not matter whether the pusher stays. */
  readonly onArrived: () => void;
  /** Ends what is under way; not because the pusher is gone, once everything has arrived. */
  readonly signal: AbortSignal;
}

type Say = (lines: readonly string[]) => void;

const deployedRefs = ['refs/heads/main', 'refs/heads/master'];
const noObject = /^0+$/;

/**
 * The platform's half of the pre-receive hook: deploys what was pushed while the pusher watches, and says whether the
 * push is taken. Git keeps the objects in quarantine until then, so a push that fails leaves nothing behind.
 */
export const answerHook = async (child: ChildProcess, receiving: Receiving): Promise<void> => {
  const talk = child.stdio[3] as Duplex;
  const verdict = child.stdio[4] as Writable;
  // The pusher may go away at any time; the pipes then break, and that is all right.
  for (const pipe of [talk, verdict]) pipe.on('error', () => {});
  const quarantine = await readQuarantine(talk);
  if (quarantine === undefined) return;
  receiving.onArrived();
  const say: Say = (lines) => {
    for (const line of lines) talk.write(`${line}\n`);
  };
  const accepted = await judge({ child, quarantine, say }, receiving).catch((error: unknown) => {
    say(errorLines(error));
    return false;
  });
  talk.end();
  verdict.end(`${accepted ? 0 : 1}\n`);
};

const errorLines = (error: unknown): string[] => {
  const known =
    error instanceof FairleadError ? error : new FairleadError('E_API_FAILED', { reason: String(error) });
  return renderError(known).split('\n');
};

interface Push {
  readonly child: ChildProcess;
  readonly quarantine: string;
  readonly say: Say;
}

const judge = async (push: Push, receiving: Receiving): Promise<boolean> => {
  const { updates, busy, repository, name } = receiving;
  const update = deployedRefs.flatMap((ref) => updates.find((each) => each.ref === ref) ?? [])[0];
  if (update === undefined) {
    push.say(errorLines(new FairleadError('E_PUSH_BRANCH', { refs: namesOf(updates) })));
    return true;
  }
  if (noObject.test(update.after)) {
    push.say(['✘ the branch that is deployed cannot be deleted; destroy the app instead']);
    return false;
  }
  if (busy.has(repository)) throw new FairleadError('E_PUSH_BUSY', { app: name.app });
  busy.add(repository);
  // Git moves the branch after its hook has ended.
  push.child.once('close', () => busy.delete(repository));
  await requireCurrent(update, receiving);
  return deploy(push, update, receiving);
};

const mostNames = 5;

const namesOf = (updates: readonly RefUpdate[]): string => {
  const names = updates.slice(0, mostNames).map(({ ref }) => ref);
  const more = updates.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
};

/** Git would find out too, but only after the deploy. */
const requireCurrent = async (
  { ref, before }: RefUpdate,
  { git, repository, signal }: Receiving,
): Promise<void> => {
  const args = ['for-each-ref', '--format=%(objectname)', ref];
  const current = await textOf(git({ args, repository, stdio: ['ignore', 'pipe', 'ignore'], signal }));
  if (current !== (noObject.test(before) ? '' : before)) throw new FairleadError('E_PUSH_STALE', { ref });
};

const deploy = async (
  { quarantine, say }: Push,
  update: RefUpdate,
  receiving: Receiving,
): Promise<boolean> => {
  const { name, user, ports, signal } = receiving;
  const { after: commit, ref } = update;
  const tree = treeOf(quarantine, commit, receiving);
  let ok = false;
  for await (const event of ports.deploy({ ...name, user, commit, ref, tree, signal })) {
    say(renderProgress(event));
    ok = event.type === 'end' && event.ok;
  }
  return ok;
};

async function* treeOf(
  quarantine: string,
  commit: string,
  { repository, git, signal }: Receiving,
): AsyncGenerator<Uint8Array> {
  const archive = git({
    // With attributes of the tree git would first list all of it in memory: a few bytes can stand for a billion files.
    args: ['-c', 'core.bigFileThreshold=32m', 'archive', '--worktree-attributes', '--format=tar', commit],
    repository,
    env: {
      GIT_DIR: repository,
      ...(quarantine === ''
        ? {}
        : { GIT_OBJECT_DIRECTORY: quarantine, GIT_ALTERNATE_OBJECT_DIRECTORIES: `${repository}/objects` }),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
  });
  try {
    yield* outputOf(archive);
  } catch {
    const reason = 'git cannot read its files, all or some of them';
    throw new FairleadError('E_SOURCE_UNSAFE', { path: commit, reason });
  }
}

/** Where the hook says that git keeps the new objects; undefined when git never got as far as the hook. */
const readQuarantine = (talk: Duplex): Promise<string | undefined> =>
  new Promise((resolve) => {
    let text = '';
    talk.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) resolve(text.trimEnd());
    });
    talk.on('close', () => resolve(undefined));
    talk.on('end', () => resolve(undefined));
  });
