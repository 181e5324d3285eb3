import assert from 'node:assert/strict';
import { setTimeout as after } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { type Ended, openPlatform, type Platform } from './platform.ts';
import { attemptsOf, eventually, partsOf, processesUnder } from './processes.ts';
import { missingTool } from './tools.ts';

// The platform is killed at random moments of a session, again and again. A command that ended well is an
// acknowledgement: what it did must be there afterwards. What a command that did not end well has done may be
// there or not, but whole.

const rounds = Number(process.env['FAIRLEAD_FAULT_ROUNDS'] ?? 20);
const seed = Number(process.env['FAIRLEAD_SEED'] ?? Date.now() % 1_000_000);

/** A small generator of repeatable randomness (mulberry32). */
const randomFrom = (start: number) => {
  let state = start;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** What a visitor and the ledger can see of the app. */
interface State {
  readonly version: number;
  readonly color: string;
  readonly replicas: number;
}

const source = (version: number, dependencies: number): Readonly<Record<string, string>> => ({
  // Another line is another set of dependencies: they are installed anew.
  'requirements.txt': `Flask==3.1.2\ngunicorn==23.0.0\n# ${dependencies}\n`,
  Procfile: 'web: gunicorn --bind 0.0.0.0:$PORT app:app\n',
  'app.py': `import os
from flask import Flask
app = Flask(__name__)
@app.get('/')
def page():
    return f"version ${version} color {os.environ.get('COLOR', 'none')}\\n"
`,
});

interface Session {
  readonly platform: Platform;
  readonly folder: string;
  readonly random: () => number;
  /** What is known to be there. */
  state: State;
  /** What each release that was seen to serve had. */
  readonly releases: Map<number, Omit<State, 'replicas'>>;
  /** Numbers of releases that a command said were deployed. */
  readonly acknowledged: Set<number>;
  readonly apps: Set<string>;
  next: number;
}

/** One thing that a person does: what it runs, and what is there when it was done. */
interface Action {
  readonly name: string;
  readonly run: () => Promise<Ended>;
  readonly leaves: State;
  /** Besides: what an acknowledgement promises. */
  readonly acknowledged?: () => void;
}

const actions = {
  push: async (session): Promise<Action> => {
    const { platform, folder, state, random } = session;
    const version = session.next;
    await platform.commit(folder, source(version, random() < 0.25 ? version : 1));
    return {
      name: `push ${version}`,
      run: () => platform.git(folder, 'push', '--force', 'fairlead', 'main'),
      leaves: { ...state, version },
    };
  },
  scale: async ({ platform, folder, state, random }): Promise<Action> => {
    const replicas = 1 + Math.floor(random() * 3);
    return {
      name: `scale web=${replicas}`,
      run: () => platform.fairlead(folder, 'scale', `web=${replicas}`),
      leaves: { ...state, replicas },
    };
  },
  config: async ({ platform, folder, state, next }): Promise<Action> => ({
    name: `config set COLOR=c${next}`,
    run: () => platform.fairlead(folder, 'config', 'set', `COLOR=c${next}`),
    leaves: { ...state, color: `c${next}` },
  }),
  rollback: async ({ platform, folder, state, releases, random }): Promise<Action> => {
    const known = [...releases];
    const [number, had] = known[Math.floor(random() * known.length)] ?? [0, state];
    return {
      name: `rollback v${number}`,
      run: () => platform.fairlead(folder, 'rollback', `v${number}`),
      leaves: { ...state, ...had },
    };
  },
  create: async ({ platform, state, next, apps }): Promise<Action> => ({
    name: `create other-${next}`,
    run: () => platform.fairlead(platform.folder, 'create', `other-${next}`),
    leaves: state,
    acknowledged: () => apps.add(`other-${next}`),
  }),
} as const satisfies Record<string, (session: Session) => Promise<Action>>;

/** How long each of them takes on an ordinary machine, roughly, in milliseconds: where the moments lie. */
const durations: Record<keyof typeof actions, number> = {
  push: 2500,
  scale: 1200,
  config: 1500,
  rollback: 1500,
  create: 600,
};

const killAll = ({ process: up, folder }: Platform): void => {
  // The parts are looked for once the command is dead, so that it starts no other.
  up.kill('SIGKILL');
  for (const pid of partsOf(folder).keys()) process.kill(pid, 'SIGKILL');
};

const page = async ({ platform }: Session): Promise<Omit<State, 'replicas'> | undefined> => {
  const { status, body } = await platform.get('shop.localhost').catch(() => ({ status: 0, body: '' }));
  const [, version, color = ''] = /^version (\d+) color (\w+)\n$/.exec(body) ?? [];
  return status === 200 && version !== undefined ? { version: Number(version), color } : undefined;
};

interface AppObject {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: { readonly processes?: { readonly web?: { readonly replicas?: number } } };
  readonly status?: {
    readonly phase?: string;
    readonly observedGeneration?: number;
    readonly serving?: number;
  };
}

const read = async <T>({ platform }: Session, ...args: string[]): Promise<T> => {
  const { status, out, text } = await platform.kubectl('get', '-o', 'json', ...args);
  assert.equal(status, 0, text);
  return JSON.parse(out) as T;
};

/** Until the app is what its specification says. */
const settled = async (session: Session): Promise<State> => {
  const app = await eventually('the app runs as specified', () => read<AppObject>(session, 'app', 'shop'), {
    holds: ({ metadata, status }) =>
      status?.phase === 'Running' && status.observedGeneration === metadata.generation,
    seconds: 60,
  });
  const replicas = app.spec.processes?.web?.replicas ?? 1;
  const seen = await eventually('the app answers', () => page(session), {
    holds: (found) => found !== undefined,
    seconds: 10,
  });
  const { version = 0, color = '' } = seen ?? {};
  session.releases.set(app.status?.serving ?? 0, { version, color });
  return { version, color, replicas };
};

/** As many copies as there should be, each once, and three parts under one command. */
const nothingDoubled = async (session: Session, { replicas }: State): Promise<void> => {
  const { platform } = session;
  const wanted = ['control-plane', 'node', 'router'];
  await eventually('nothing is doubled or left over', () => processesUnder(platform.folder), {
    holds: (found) => {
      const attempts = attemptsOf(found);
      const parts = found.flatMap(({ part }) => part ?? []);
      const others = found.filter(
        ({ pid, part, attempt }) =>
          part === undefined && attempt === undefined && pid !== platform.process.pid,
      );
      return (
        attempts.length === replicas &&
        new Set(attempts.map((attempt) => attempt.split('/')[0])).size === replicas &&
        parts.sort().join() === wanted.join() &&
        others.length === 0
      );
    },
  });
};

interface ReleaseList {
  readonly items: readonly {
    readonly spec: { readonly app: string; readonly version: number };
    readonly status?: { readonly phase?: string };
  }[];
}

const everythingAcknowledged = async (session: Session): Promise<void> => {
  const { items } = await read<ReleaseList>(session, 'releases');
  const own = items.filter(({ spec }) => spec.app === 'shop');
  const numbers = own.map(({ spec }) => spec.version).toSorted((a, b) => a - b);
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
    'releases are numbered without a gap',
  );
  for (const number of session.acknowledged) {
    const release = own.find(({ spec }) => spec.version === number);
    assert.equal(release?.status?.phase, 'Succeeded', `v${number} was acknowledged`);
  }
  const { items: apps } = await read<{ items: AppObject[] }>(session, 'apps');
  const names = new Set(apps.map(({ metadata }) => metadata.name));
  for (const app of session.apps) assert.ok(names.has(app), `${app} was acknowledged`);
};

const note = (session: Session, action: Action, ended: Ended): void => {
  if (ended.status !== 0) return;
  action.acknowledged?.();
  for (const [, number] of ended.text.matchAll(/\bv(\d+) deployed/g))
    session.acknowledged.add(Number(number));
};

/** Kills the platform in the middle of the action or just after its acknowledgement; resolves with what may be there. */
const killDuring = async (t: TestContext, session: Session): Promise<State[]> => {
  const { platform, random } = session;
  const names = Object.keys(actions) as (keyof typeof actions)[];
  const name = names[Math.floor(random() * names.length)] ?? 'push';
  const action = await actions[name](session);
  session.next += 1;
  const running = action.run();
  const moment = Math.floor(random() * 1.2 * durations[name]);
  await (random() < 0.3 ? running : Promise.race([running, after(moment)]));
  killAll(platform);
  const outcome = running.then((ended) => {
    note(session, action, ended);
    t.diagnostic(`${action.name}: exit status ${ended.status}`);
    return ended;
  });
  if (random() < 0.25) await killDuringStart(session);
  await recover(session);
  const { status } = await outcome;
  return status === 0 ? [action.leaves] : [session.state, action.leaves];
};

const killDuringStart = async ({ platform, random }: Session): Promise<void> => {
  const starting = platform.up().catch(() => {});
  await Promise.race([starting, after(Math.floor(random() * 2500))]);
  killAll(platform);
  await starting;
};

const recover = async (session: Session): Promise<void> => {
  await session.platform.up();
  await eventually('the app answers after ready', () => page(session), {
    holds: (found) => found !== undefined,
    seconds: 2,
  });
};

test(`the platform is killed ${rounds} times in a session, and nothing acknowledged is lost`, {
  skip: missingTool('python3 -m pip', 'kubectl'),
  timeout: 900_000,
}, async (t) => {
  t.diagnostic(`FAIRLEAD_SEED=${seed}`);
  await using platform = await openPlatform();
  const folder = await platform.repository('shop', source(1, 1));
  const session: Session = {
    platform,
    folder,
    random: randomFrom(seed),
    state: { version: 1, color: 'none', replicas: 1 },
    releases: new Map(),
    acknowledged: new Set(),
    apps: new Set(['shop']),
    next: 2,
  };
  for (const ended of [
    await platform.fairlead(folder, 'create'),
    await platform.git(folder, 'push', 'fairlead', 'main'),
  ])
    assert.equal(ended.status, 0, ended.text);
  session.releases.set(2, { version: 1, color: 'none' });
  for (let round = 1; round <= rounds; round += 1) {
    const possible = await killDuring(t, session);
    const state = await settled(session);
    t.diagnostic(`${round}: ${JSON.stringify(state)}`);
    assert.ok(
      possible.some((each) => JSON.stringify(each) === JSON.stringify(state)),
      `${JSON.stringify(state)} is none of ${JSON.stringify(possible)}`,
    );
    await everythingAcknowledged(session);
    await nothingDoubled(session, state);
    session.state = state;
  }
  await platform.stop();
  await eventually('nothing is left after a stop', () => processesUnder(platform.folder), {
    holds: (found) => found.length === 0,
  });
});
