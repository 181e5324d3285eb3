import type { App } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import { annotations } from '@fairlead/api/names';
import { type Expected, type Outcome, outcomeOf, progressOf } from '@fairlead/api/outcome';
import { isConflict, type JsonPatchOperation, type ObjectName } from '@fairlead/kube';
import type { Invocation } from '../command.ts';
import { apps } from '../kinds.ts';
import { show } from '../output/show.ts';
import type { Platform } from '../platform/connect.ts';
import { exitStatus } from '../status.ts';
import { findApp } from './find.ts';
import { statesOf } from './states.ts';

export interface Change {
  readonly platform: Platform;
  readonly name: Required<ObjectName>;
  readonly changed: NonNullable<Expected['changed']>;
  /** From the app as it is to what must differ. Asked again when somebody else was faster. */
  readonly decide: (app: App) => Promise<Decision> | Decision;
}

export interface Decision {
  readonly operations: readonly JsonPatchOperation[];
  /** Which release is brought back, as a mark on the App. */
  readonly rollback?: string;
}

/** Changes an app, shows what becomes of it, and resolves with the exit status of that. */
export const changeApp = async (invocation: Invocation, change: Change): Promise<number> => {
  const { before, after } = await write(await findApp(change.platform.client, change.name), change);
  return watchOutcome(invocation, change, {
    app: after,
    expected: {
      generation: after.metadata.generation ?? 0,
      before: before.status?.release ?? 0,
      changed: change.changed,
    },
  });
};

const write = async (app: App, change: Change): Promise<{ before: App; after: App }> => {
  const { client, whoAmI } = change.platform;
  const [user, { operations, rollback }] = await Promise.all([whoAmI(), change.decide(app)]);
  try {
    const after = await client.resource(apps).patch(change.name, {
      type: 'json',
      body: [
        // Makes the write one of this version only (Kubernetes answers 409 to any other).
        { op: 'add', path: '/metadata/resourceVersion', value: app.metadata.resourceVersion ?? '' },
        { op: 'add', path: '/metadata/annotations', value: annotated(app, user, rollback) },
        ...operations,
      ],
    });
    return { before: app, after };
  } catch (error) {
    // The status of an app moves while it is deployed: read again, decide again.
    if (!isConflict(error)) throw error;
    return write(await findApp(client, change.name), change);
  }
};

/** What an earlier rollback said of itself is no longer true of the next change. */
const annotated = ({ metadata }: App, user: string, rollback: string | undefined) => {
  const { [annotations.rolledBackTo]: _earlier, ...others } = metadata.annotations ?? {};
  return {
    ...others,
    [annotations.changedBy]: user,
    ...(rollback === undefined ? {} : { [annotations.rolledBackTo]: rollback }),
  };
};

interface Watched {
  readonly app: App;
  readonly expected: Expected;
}

/** Shows the phases of a change until it has ended. */
const watchOutcome = async (
  invocation: Invocation,
  { platform, name }: Change,
  { app, expected }: Watched,
): Promise<number> => {
  const { io } = invocation;
  let said: string | undefined;
  for await (const state of statesOf(platform, { name, from: app, signal: io.signal })) {
    const outcome = outcomeOf(state, expected);
    if (outcome !== undefined) return tell(invocation, outcome, state);
    if ((state.status?.observedGeneration ?? 0) < expected.generation) continue;
    const text = progressOf(state);
    if (text !== undefined && text !== said) io.err(`-----> ${text}\n`);
    said = text;
  }
  throw new FairleadError('E_APP_NOT_FOUND', { app: name.name, namespace: name.namespace });
};

/** Says how it ended, to programs with the app as it is then; resolves with the exit status. */
export const tell = async (
  invocation: Invocation,
  { ok, text, url, fault }: Pick<Outcome, 'ok' | 'text' | 'url' | 'fault'>,
  app: App,
): Promise<number> => {
  if (!ok) {
    invocation.io.err(`✘ ${text}\n`);
    return fault === 'system' ? exitStatus.platform : exitStatus.failed;
  }
  const told = `${text}\n${url === undefined ? '' : `  ${url}\n`}`;
  await show(invocation, { text: () => told, value: app, names: [app.metadata.name] });
  return exitStatus.ok;
};
