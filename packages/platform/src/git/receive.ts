import type { ChildProcess } from 'node:child_process';
import type { Duplex, Writable } from 'node:stream';
import { FairleadError, renderError } from '@fairlead/api';
import { renderProgress } from '../progress/index.ts';
import type { User } from '../auth/index.ts';
import type { GitPorts, RepositoryName } from './ports.ts';
import type { RunGit } from './run.ts';

export interface Receiving {
  readonly name: RepositoryName;
  readonly user: User;
  readonly repository: string;
  readonly git: RunGit;
  readonly ports: GitPorts;
  readonly signal: AbortSignal;
}

interface RefUpdate {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

const deployedRefs = new Set(['refs/heads/main', 'refs/heads/master']);
const noObject = /^0+$/;

/**
 * The platform's half of the pre-receive hook: learns what was pushed, deploys it while the pusher
 * watches, and says whether the push is taken. Git keeps the objects in quarantine until then, so a
 * push that fails leaves nothing behind.
 */
export const answerHook = async (child: ChildProcess, receiving: Receiving): Promise<void> => {
  const talk = child.stdio[3] as Duplex;
  const verdict = child.stdio[4] as Writable;
  // The pusher may go away at any time; the pipes then break, and that is all right.
  for (const pipe of [talk, verdict]) pipe.on('error', () => {});
  const asked = await readQuestion(talk);
  if (asked === undefined) return;
  const say = (lines: readonly string[]): void => {
    for (const line of lines) talk.write(`${line}\n`);
  };
  const accepted = await judge(asked, receiving, say).catch((error: unknown) => {
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

const judge = async (
  asked: Question,
  receiving: Receiving,
  say: (lines: readonly string[]) => void,
): Promise<boolean> => {
  const update = asked.updates.find(({ ref }) => deployedRefs.has(ref));
  if (update === undefined) {
    say(
      renderError(
        new FairleadError('E_PUSH_BRANCH', { refs: asked.updates.map(({ ref }) => ref).join(', ') }),
      ).split('\n'),
    );
    return true;
  }
  if (noObject.test(update.after)) {
    say(['✘ the branch that is deployed cannot be deleted; destroy the app instead']);
    return false;
  }
  let ok = false;
  for await (const event of deployCommit(asked.quarantine, update, receiving)) {
    say(renderProgress(event));
    ok = event.type === 'end' && event.ok;
  }
  return ok;
};

const deployCommit = (
  quarantine: string,
  { after, ref }: RefUpdate,
  { name, user, repository, git, ports, signal }: Receiving,
) => {
  const archive = git({
    args: ['archive', '--format=tar', after],
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
  archive.on('error', (error) => archive.stdout?.destroy(error));
  const tree = archive.stdout as AsyncIterable<Uint8Array>;
  return ports.deploy({ ...name, user, commit: after, ref, tree, signal });
};

interface Question {
  readonly quarantine: string;
  readonly updates: readonly RefUpdate[];
}

/** What the hook says, up to its empty line; undefined when git never got as far as the hook. */
const readQuestion = (talk: Duplex): Promise<Question | undefined> =>
  new Promise((resolve) => {
    let text = '';
    talk.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n\n')) resolve(parseQuestion(text));
    });
    talk.on('close', () => resolve(undefined));
    talk.on('end', () => resolve(undefined));
  });

const parseQuestion = (text: string): Question => {
  const [quarantine = '', ...lines] = text.trimEnd().split('\n');
  const updates = lines.map((line) => {
    const [before = '', after = '', ref = ''] = line.split(' ');
    return { before, after, ref };
  });
  return { quarantine, updates };
};
