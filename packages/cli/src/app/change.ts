import type { App } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import { annotations } from '@fairlead/api/names';
import { outcomeOf, progressOf } from '@fairlead/api/outcome';
import { isConflict, type JsonPatchOperation, type ObjectName } from '@fairlead/kube';
import type { Invocation } from '../command.ts';
import { apps } from '../kinds.ts';
import type { Platform } from '../platform/connect.ts';
import { exitStatus } from '../run.ts';
import { findApp } from './find.ts';

export interface Change {
  readonly platform: Platform;
  readonly name: Required<ObjectName>;
  /** From the app as it is to what must differ. Asked again when somebody else was faster. */
  readonly operations: (app: App) => Promise<readonly JsonPatchOperation[]> | readonly JsonPatchOperation[];
}

/** Changes an app, shows what becomes of it, and resolves with the exit status of that. */
export const changeApp = async (invocation: Invocation, change: Change): Promise<number> => {
  const before = await findApp(change.platform.client, change.name);
  const after = await write(before, change);
  return watchOutcome(invocation, { ...change, app: after, before: before.status?.release ?? 0 });
};

const write = async (app: App, change: Change): Promise<App> => {
  const { client, user } = change.platform;
  const operations = await change.operations(app);
  try {
    return await client.resource(apps).patch(change.name, {
      type: 'json',
      body: [
        { op: 'test', path: '/metadata/resourceVersion', value: app.metadata.resourceVersion ?? '' },
        ...said(app, { [annotations.changedBy]: user }),
        ...operations,
      ],
    });
  } catch (error) {
    // The status of an app moves while it is deployed: read again, decide again.
    if (!isConflict(error) && !isStale(error)) throw error;
    return write(await findApp(client, change.name), change);
  }
};

const isStale = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('/metadata/resourceVersion');

/** Operations that set annotations, whether or not there are any yet. */
export const said = (app: App, values: Readonly<Record<string, string>>): JsonPatchOperation[] => [
  { op: 'add', path: '/metadata/annotations', value: { ...app.metadata.annotations, ...values } },
];

interface Watched {
  readonly platform: Platform;
  readonly name: Required<ObjectName>;
  readonly app: App;
  /** Number of the newest release before the change. */
  readonly before: number;
}

/** Shows the phases of a change until it has ended. */
export const watchOutcome = async (
  { io }: Invocation,
  { platform, name, app, before }: Watched,
): Promise<number> => {
  const expected = { generation: app.metadata.generation ?? 0, before };
  let said = '';
  for await (const state of statesOf(platform, { name, from: app, signal: io.signal })) {
    const outcome = outcomeOf(state, expected);
    if (outcome !== undefined) {
      const text = outcome.ok ? `${outcome.text}\n` : `✘ ${outcome.text}\n`;
      (outcome.ok ? io.out : io.err)(text);
      return outcome.ok ? exitStatus.ok : exitStatus.failed;
    }
    const text =
      (state.status?.observedGeneration ?? 0) < expected.generation ? undefined : progressOf(state);
    if (text === undefined || text === said) continue;
    said = text;
    io.err(`-----> ${text}\n`);
  }
  throw new FairleadError('E_APP_NOT_FOUND', { app: name.name, namespace: name.namespace });
};

interface Followed {
  readonly name: Required<ObjectName>;
  readonly from: App;
  readonly signal: AbortSignal;
}

/** The app as it was read and after every change; ends when it is gone. */
export async function* statesOf({ client }: Platform, { name, from, signal }: Followed): AsyncGenerator<App> {
  yield from;
  let resourceVersion = from.metadata.resourceVersion;
  while (!signal.aborted) {
    const scope = { namespace: name.namespace, fieldSelector: `metadata.name=${name.name}` };
    for await (const event of client.resource(apps).watch({ ...scope, resourceVersion, signal })) {
      if (event.type === 'DELETED') return;
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue;
      resourceVersion = event.object.metadata.resourceVersion;
      yield event.object;
    }
  }
}
