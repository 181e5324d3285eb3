import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { App, EnvVar, Release } from '@fairlead/api';
import { type ReconcileContext, type Secret, secrets } from '@fairlead/kube';
import { markedFor, secretsOf } from '../lookup.ts';

/** What a variable holds, as a hash: equal when the values are, however the Secret is called. */
export type Fingerprint = (variable: EnvVar) => string;

/**
 * Fingerprints for the variables of an app and of its releases. Secrets are taken from the cache, or
 * asked for when they are not there: they may be somebody's own, or news of them may still be on its way.
 */
export const fingerprintOf = async (
  app: App,
  history: readonly Release[],
  context: ReconcileContext,
): Promise<Fingerprint> => {
  const namespace = app.metadata.namespace ?? 'default';
  const byName = new Map(
    markedFor(secretsOf(context.cache), app).map((secret) => [secret.metadata.name, secret]),
  );
  const missing = [...namesToCompare(app, history)].filter((name) => !byName.has(name));
  const found = await Promise.all(
    missing.map((name) => context.client.resource(secrets).find({ namespace, name })),
  );
  for (const secret of found) if (secret !== undefined) byName.set(secret.metadata.name, secret);
  return (variable) => fingerprint(variable, byName);
};

/** The Secrets whose values decide whether anything changed: none as long as the words are the same. */
const namesToCompare = ({ spec }: App, history: readonly Release[]): ReadonlySet<string> => {
  const env = spec.env ?? [];
  const newest = history.at(-1)?.spec.env ?? [];
  if (isDeepStrictEqual(env, newest)) return new Set();
  return new Set([...env, ...newest].flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.name ?? []));
};

const fingerprint = ({ value, valueFrom }: EnvVar, secretsByName: ReadonlyMap<string, Secret>): string => {
  if (valueFrom === undefined) return hash(value ?? '');
  const { name, key } = valueFrom.secretKeyRef;
  const held = secretsByName.get(name)?.data?.[key];
  // Without a value only the same place is the same.
  return held === undefined ? `${name}/${key}` : hash(Buffer.from(held, 'base64'));
};

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
