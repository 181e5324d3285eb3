import { createHmac } from 'node:crypto';
import type { App } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import { labels } from '@fairlead/api/names';
import { refuseVariable } from '@fairlead/api/rules';
import { type Client, isAlreadyExists, ownerReference, type Secret, secrets } from '@fairlead/kube';
import type { Io } from '../../io.ts';

// All values of `config set` are in one immutable Secret, named by a keyed hash of them: the same
// values are the same Secret, and a name says nothing about a value. The App is changed in one write
// that names it, so that a crash between the two leaves no half release.

const keySecret = 'fairlead-config-key';

/** Whether a Secret is one that `config set` made for the app. */
export const isOwnSecret = ({ metadata }: App, name: string): boolean =>
  name.startsWith(`${metadata.name}-env-`) && /^[a-f0-9]{12}$/.test(name.slice(metadata.name.length + 5));

/** What a Secret may hold (Kubernetes, MaxSecretSize), in bytes. */
const secretLimit = 1024 * 1024;

interface Values {
  readonly app: App;
  /** Sorted by name. */
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly io: Pick<Io, 'randomBytes'>;
}

/** Sees to it that there is a Secret with these values; resolves with its name. Throws E_CONFIG_LARGE or E_CONFIG_VALUE. */
export const ensureSecret = async (client: Client, { app, values, io }: Values): Promise<string> => {
  checkSizes(app, values);
  const namespace = app.metadata.namespace ?? 'default';
  const hash = createHmac('sha256', await namespaceKey(client, namespace, io))
    .update(JSON.stringify(Object.fromEntries(values)))
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
    data: Object.fromEntries(values.map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  });
  return name;
};

const checkSizes = ({ metadata }: App, values: Values['values']): void => {
  let size = 0;
  for (const [name, value] of values) {
    const refused = refuseVariable(name, value);
    if (refused !== undefined) throw refused;
    size += name.length + Buffer.byteLength(value);
  }
  if (size <= secretLimit) return;
  const name = `the configuration of ${metadata.name}`;
  throw new FairleadError('E_CONFIG_LARGE', {
    name,
    size,
    limit: secretLimit,
    where: 'in all variables together',
  });
};

/** The key of a namespace; whoever needs it first makes it. */
const namespaceKey = async (client: Client, namespace: string, io: Values['io']): Promise<Buffer> => {
  const name = { namespace, name: keySecret };
  const known = await client.resource(secrets).find(name);
  if (known !== undefined) return Buffer.from(known.data?.['key'] ?? '', 'base64');
  const key = io.randomBytes(32).toString('base64');
  await createOnce(client, { apiVersion: 'v1', kind: 'Secret', metadata: name, data: { key } });
  return namespaceKey(client, namespace, io);
};

const createOnce = async (client: Client, secret: Secret): Promise<void> => {
  try {
    await client.resource(secrets).create(secret);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
};
