import type { Container, Pod } from '../pod.ts';
import type { ServiceAccount } from './service-account.ts';

/** What a mirror pod may not have: its node runs it without asking the API for anything. */
export const mirrorViolation = ({ spec }: Pod): string | undefined => {
  if ((spec.serviceAccountName ?? '') !== '') return 'a mirror pod may not reference service accounts';
  const volumes = spec.volumes ?? [];
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const secrets =
    (spec.imagePullSecrets ?? []).length > 0 ||
    volumes.some(({ secret }) => secret !== undefined) ||
    volumes.some(({ projected }) => projected?.sources?.some(({ secret }) => secret !== undefined)) ||
    containers.some((container) => environmentSecrets(container).length > 0);
  if (secrets) return 'a mirror pod may not reference secrets';
  const token = volumes.some(({ projected }) =>
    projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined),
  );
  return token ? 'a mirror pod may not use ServiceAccountToken volume projections' : undefined;
};

const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';
const GO_TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];

/** Accounts that say so let their pods use only the secrets that they list. */
export const secretViolation = (account: ServiceAccount, { spec }: Pod): string | undefined => {
  const { name, annotations } = account.metadata;
  if (!GO_TRUE.includes(annotations?.[ENFORCE] ?? '')) return undefined;
  const listed = new Set((account.secrets ?? []).map((secret) => secret.name));
  const refuse = (what: string): string =>
    `${what} is not allowed because service account ${name} does not reference that secret`;
  for (const { secret } of spec.volumes ?? []) {
    if (secret === undefined || listed.has(secret.secretName)) continue;
    return refuse(`volume with secret.secretName="${secret.secretName ?? ''}"`);
  }
  const uses = [
    ...(spec.initContainers ?? []).flatMap((one) => usesOf(one, 'init container')),
    ...spec.containers.flatMap((one) => usesOf(one, 'container')),
  ];
  const bad = uses.find(({ secret }) => !listed.has(secret));
  return bad === undefined ? pullViolation(account, spec) : refuse(bad.text);
};

const pullViolation = (account: ServiceAccount, spec: Pod['spec']): string | undefined => {
  const listed = new Set((account.imagePullSecrets ?? []).map((secret) => secret.name));
  const index = (spec.imagePullSecrets ?? []).findIndex((secret) => !listed.has(secret.name));
  if (index < 0) return undefined;
  const secret = spec.imagePullSecrets?.[index]?.name ?? '';
  return `imagePullSecrets[${index}].name="${secret}" is not allowed because service account ${account.metadata.name} does not reference that imagePullSecret`;
};

const usesOf = (container: Container, kind: string) =>
  environmentSecrets(container).map(({ secret, where }) => ({
    secret,
    text: `${kind} ${container.name} with ${where} referencing secret.secretName="${secret}"`,
  }));

const environmentSecrets = ({ env = [], envFrom = [] }: Container) => [
  ...env.flatMap(({ name, valueFrom }) =>
    valueFrom?.secretKeyRef === undefined
      ? []
      : [{ secret: valueFrom.secretKeyRef.name ?? '', where: `envVar ${name}` }],
  ),
  ...envFrom.flatMap(({ secretRef }) =>
    secretRef === undefined ? [] : [{ secret: secretRef.name ?? '', where: 'envFrom' }],
  ),
];
