import { createHmac } from 'node:crypto';
import type { App } from '@fairlead/api';
import { labels } from '@fairlead/api/names';
import {
  type Client,
  isAlreadyExists,
  type JsonPatchOperation,
  ownerReference,
  type Secret,
  secrets,
} from '@fairlead/kube';
import type { Io } from '../../io.ts';

// All values of `config set` are in one immutable Secret, named by a keyed hash of them: the same
// values are the same Secret, and a name says nothing about a value. The App is changed in one write
// that names it, so that a crash between the two leaves no half release.

/** Names and values as `config set` left them. */
export type Variables = ReadonlyMap<string, string>;

const keySecret = 'fairlead-config-key';

/** The variables of an app, with those that were given in clear. */
export const readVariables = async (client: Client, app: App): Promise<Variables> => {
  const namespace = app.metadata.namespace ?? 'default';
  const names = new Set((app.spec.env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.name ?? []));
  const found = await Promise.all(
    [...names].map((name) => client.resource(secrets).find({ namespace, name })),
  );
  const byName = new Map(
    found.flatMap((secret) => (secret === undefined ? [] : [[secret.metadata.name, secret]])),
  );
  const entries = (app.spec.env ?? []).map(({ name, value, valueFrom }): [string, string] => {
    const reference = valueFrom?.secretKeyRef;
    const encoded = reference === undefined ? undefined : byName.get(reference.name)?.data?.[reference.key];
    return [name, encoded === undefined ? (value ?? '') : Buffer.from(encoded, 'base64').toString()];
  });
  return new Map(entries);
};

/** Stores the variables, then says how the App must change to use them. */
export const storeVariables = async (
  client: Client,
  { app, variables, io }: { app: App; variables: Variables; io: Io },
): Promise<JsonPatchOperation[]> => {
  if (variables.size === 0) return app.spec.env === undefined ? [] : [{ op: 'remove', path: '/spec/env' }];
  const sorted = [...variables].sort(([a], [b]) => (a < b ? -1 : 1));
  const name = await ensureSecret(client, { app, values: Object.fromEntries(sorted), io });
  const env = sorted.map(([key]) => ({ name: key, valueFrom: { secretKeyRef: { name, key } } }));
  return [{ op: 'add', path: '/spec/env', value: env }];
};

const ensureSecret = async (
  client: Client,
  { app, values, io }: { app: App; values: Record<string, string>; io: Io },
): Promise<string> => {
  const namespace = app.metadata.namespace ?? 'default';
  const hash = createHmac('sha256', await namespaceKey(client, namespace, io))
    .update(JSON.stringify(values))
    .digest('hex');
  const name = `${app.metadata.name}-env-${hash.slice(0, 12)}`;
  await createOnce(client, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      labels: { [labels.app]: app.metadata.name },
      ownerReferences: [ownerReference(app)],
    },
    immutable: true,
    data: encoded(values),
  });
  return name;
};

/** The key of a namespace; whoever needs it first makes it. */
const namespaceKey = async (client: Client, namespace: string, io: Io): Promise<Buffer> => {
  const name = { namespace, name: keySecret };
  const known = await client.resource(secrets).find(name);
  if (known === undefined) {
    const key = io.randomBytes(32).toString('base64');
    await createOnce(client, { apiVersion: 'v1', kind: 'Secret', metadata: name, data: { key } });
    return namespaceKey(client, namespace, io);
  }
  return Buffer.from(known.data?.['key'] ?? '', 'base64');
};

const createOnce = async (client: Client, secret: Secret): Promise<void> => {
  try {
    await client.resource(secrets).create(secret);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
};

const encoded = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
