import type { App, EnvVar } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import { type Client, type JsonPatchOperation, secrets } from '@fairlead/kube';
import { changeApp, type Decision } from '../../app/change.ts';
import { appName } from '../../app/name.ts';
import type { Invocation } from '../../command.ts';
import { connect } from '../../platform/connect.ts';
import { ensureSecret, isOwnSecret } from './secret.ts';

/** The variables of an app and what they hold; undefined when the Secret that held it is gone. */
export type Variables = ReadonlyMap<string, string | undefined>;

/** Every variable of an app, also those that were set by other means. */
export const readVariables = async (client: Client, app: App): Promise<Variables> => {
  const namespace = app.metadata.namespace ?? 'default';
  const env = app.spec.env ?? [];
  const names = new Set(env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.name ?? []));
  const found = await Promise.all(
    [...names].map(async (name) => [name, await client.resource(secrets).find({ namespace, name })] as const),
  );
  const byName = new Map(found);
  const valueOf = ({ value = '', valueFrom }: EnvVar): string | undefined => {
    if (valueFrom === undefined) return value;
    const { name, key } = valueFrom.secretKeyRef;
    const encoded = byName.get(name)?.data?.[key];
    return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
  };
  return new Map(env.map((variable) => [variable.name, valueOf(variable)]));
};

/** What `config set` and `config unset` do to the variables of an app. */
export interface Wish {
  readonly set: ReadonlyMap<string, string>;
  readonly unset: readonly string[];
}

/** Changes the variables of the app that is meant, as a new release; resolves with the exit status. */
export const changeVariables = async (invocation: Invocation, wish: Wish): Promise<number> => {
  await using platform = await connect(invocation);
  const name = await appName(invocation, platform.namespace);
  const { client } = platform;
  return await changeApp(invocation, {
    platform,
    name,
    changed: 'configuration',
    decide: (app) => decide(app, wish, { client, io: invocation.io }),
  });
};

const decide = async (
  app: App,
  { set, unset }: Wish,
  { client, io }: Pick<Invocation, 'io'> & { readonly client: Client },
): Promise<Decision> => {
  const known = await readVariables(client, app);
  for (const name of unset) {
    if (known.has(name)) continue;
    const names = [...known.keys()].join(', ') || 'none';
    throw new FairleadError('E_CONFIG_NOT_FOUND', { app: app.metadata.name, name, names });
  }
  const env = app.spec.env ?? [];
  const kept = env.filter(({ name }) => !set.has(name) && !unset.includes(name));
  // What was set in clear or refers to a Secret of somebody else's is theirs, and stays as it is.
  const foreign = kept.filter((variable) => !isOwn(app, variable));
  const own = kept.filter((variable) => isOwn(app, variable));
  const values = new Map([...heldBy(app, own, known), ...set]);
  if (values.size === 0) return { operations: replaceEnv(app, foreign) };
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  const name = await ensureSecret(client, { app, values: sorted, io });
  const refer = ([key]: [string, string]): EnvVar => ({
    name: key,
    valueFrom: { secretKeyRef: { name, key } },
  });
  return { operations: replaceEnv(app, [...foreign, ...sorted.map(refer)]) };
};

const isOwn = (app: App, { valueFrom }: EnvVar): boolean =>
  valueFrom !== undefined && isOwnSecret(app, valueFrom.secretKeyRef.name);

/** Throws E_CONFIG_LOST rather than to write down that a value is empty. */
const heldBy = (app: App, own: readonly EnvVar[], known: Variables): [string, string][] => {
  const lost = own.filter(({ name }) => known.get(name) === undefined).map(({ name }) => name);
  if (lost.length > 0)
    throw new FairleadError('E_CONFIG_LOST', { app: app.metadata.name, names: lost.join(', ') });
  return own.map(({ name }) => [name, known.get(name) ?? '']);
};

const replaceEnv = ({ spec }: App, env: readonly EnvVar[]): JsonPatchOperation[] => {
  if (env.length > 0) return [{ op: 'add', path: '/spec/env', value: [...env] }];
  return spec.env === undefined ? [] : [{ op: 'remove', path: '/spec/env' }];
};
