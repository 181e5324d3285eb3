import type { KubeObject } from '@fairlead/kube';
import type { Rules } from '../rules.ts';

interface ServiceAccount extends KubeObject {
  readonly secrets?: readonly { readonly name?: string }[];
}

const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';

/** A secret of an account is in its namespace: all that counts of the reference is the name. */
const withNamesOnly = (account: ServiceAccount): ServiceAccount => {
  if (account.secrets === undefined) return account;
  return { ...account, secrets: account.secrets.map(({ name }) => (name === undefined ? {} : { name })) };
};

const enforces = (account: ServiceAccount | undefined): boolean =>
  account?.metadata.annotations?.[ENFORCE] !== undefined;

export const serviceAccountRules: Rules = {
  complete: true,
  looks: ['change', 'whole'],
  create: withNamesOnly,
  update: withNamesOnly,
  warnings: (next: ServiceAccount, old: ServiceAccount | undefined) =>
    enforces(next) && !enforces(old)
      ? [
          `metadata.annotations[${ENFORCE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ]
      : [],
};
