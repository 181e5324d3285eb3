import type { Clock, KubeObject, Random } from '@fairlead/kube';
import { follow } from '../../resources/follow.ts';
import { keyOf, keyPrefixOf } from '../../resources/registry.ts';
import { isObject } from '../../schema/json.ts';
import type { Store } from '../../store/contract.ts';
import type { Admission, AdmissionRequest, Announced } from '../chain.ts';
import { isAbout, refusal } from '../kinds.ts';
import { MIRROR, type Pod, podIn, withSpec } from '../pod.ts';
import { mirrorViolation, secretViolation } from './secrets.ts';
import { withToken } from './token-volume.ts';

export interface ServiceAccount extends KubeObject {
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly secrets?: readonly { readonly name?: string }[];
}

const ACCOUNTS = keyPrefixOf('', 'serviceaccounts');
/** The account of pods that name none. */
const DEFAULT = 'default';

/**
 * Every pod runs under a service account of its namespace, and finds that account's token mounted, unless one of the
 * two says otherwise.
 */
export const serviceAccount = (given: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}): Admission => ({
  name: 'ServiceAccount',
  prepare(request) {
    if (!isNewPod(request) || accountNamed(request.object) !== DEFAULT) return undefined;
    return untilThere(keyOf(ACCOUNTS, request.namespace, DEFAULT), given);
  },
  admit(request) {
    const sent = podIn(request, 'CREATE');
    if (sent === undefined || isMirror(sent)) return request.object;
    const name = accountNamed(sent);
    const pod = withSpec(sent, { serviceAccountName: name, serviceAccount: name });
    const account = accountOf(request, pod);
    const mounted = mountsToken(account, pod) ? withToken(pod, given.random) : pod;
    return withPullSecrets(mounted, account);
  },
  validate(request) {
    const pod = podIn(request, 'CREATE');
    if (pod === undefined) return;
    const violation = isMirror(pod) ? mirrorViolation(pod) : secretViolation(accountOf(request, pod), pod);
    if (violation !== undefined) throw refusal(request, violation);
  },
});

const isNewPod = (request: Announced): boolean =>
  isAbout(request, 'pods') && request.operation === 'CREATE' && request.subresource === '';

const isMirror = ({ metadata }: Pod): boolean => metadata.annotations?.[MIRROR] !== undefined;

/** Of an object that nobody has checked yet. */
const accountNamed = (object: unknown): string => {
  const spec = isObject(object) && isObject(object.spec) ? object.spec : {};
  const { serviceAccountName: name } = spec;
  return typeof name === 'string' && name !== '' ? name : DEFAULT;
};

const accountOf = (request: AdmissionRequest, pod: Pod): ServiceAccount => {
  const { namespace } = request;
  const name = accountNamed(pod);
  const found = request.pending(keyOf(ACCOUNTS, namespace, name));
  if (found !== undefined) return found.value();
  const missing = `serviceaccount ${JSON.stringify(name)} not found`;
  throw refusal(request, `error looking up service account ${namespace}/${name}: ${missing}`);
};

const mountsToken = (account: ServiceAccount, { spec }: Pod): boolean =>
  spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;

const withPullSecrets = (pod: Pod, { imagePullSecrets = [] }: ServiceAccount): Pod => {
  if ((pod.spec.imagePullSecrets ?? []).length > 0 || imagePullSecrets.length === 0) return pod;
  return withSpec(pod, { imagePullSecrets: imagePullSecrets.map(({ name }) => ({ name })) });
};

/** A new namespace gets its account from a controller, a moment after it is there; Kubernetes tries ten times, too. */
const PATIENCE_MILLISECONDS = 1_000;

const untilThere = (
  key: string,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<void> | undefined => {
  if (store.pending(key) !== undefined) return undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(PATIENCE_MILLISECONDS, resolve);
  const stop = follow(store, {
    prefix: key,
    onObject: (stored, gone) => {
      if (stored.key === key && !gone) resolve();
    },
  });
  return promise.finally(() => {
    cancel();
    stop();
  });
};
