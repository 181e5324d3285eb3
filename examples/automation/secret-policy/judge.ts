import { isBeingDeleted, type Secret } from '@fairlead/kube';
import type { SecretPolicy } from './policy.ts';

/** A Secret that breaks a policy, and why. Never its password. */
export interface Weakness {
  readonly secret: Secret;
  readonly why: string;
}

/** The Secrets that break a policy, in the order of their names. */
export const judgeSecrets = (policy: SecretPolicy, secrets: readonly Secret[]): readonly Weakness[] =>
  secrets
    .filter((secret) => isMeant(policy, secret) && !isBeingDeleted(secret))
    .flatMap((secret) => weaknessOf(policy, secret) ?? [])
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

const isMeant = ({ spec }: SecretPolicy, { metadata }: Secret): boolean =>
  spec.namespaces === undefined || spec.namespaces.includes(metadata.namespace ?? '');

function weaknessOf({ spec }: SecretPolicy, secret: Secret): Weakness | undefined {
  const value = secret.data?.[spec.key];
  if (value === undefined) return undefined;
  const length = [...Buffer.from(value, 'base64').toString()].length;
  if (length >= spec.minLength) return undefined;
  return { secret, why: `${spec.key} has ${length} characters, ${spec.minLength} are asked for` };
}

/** `namespace/name`. */
export const keyOf = ({ secret }: Weakness): string => `${secret.metadata.namespace}/${secret.metadata.name}`;
