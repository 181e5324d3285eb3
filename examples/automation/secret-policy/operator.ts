import {
  done,
  isConflict,
  isNotFound,
  type ObjectName,
  type Operator,
  type OperatorParts,
  type Outcome,
  type ReconcileContext,
  secrets,
  specChanged,
  unlessMissing,
  watch,
} from '@fairlead/kube';
import { admissionBindings, admissionPolicies, ensureGate, gateName } from './gate.ts';
import { judgeSecrets, keyOf, type Weakness } from './judge.ts';
import { secretPolicies, type SecretPolicy } from './policy.ts';

/** Sees to it that the passwords in Secrets are what the SecretPolicies want. */
export const secretPolicy: Operator = {
  name: 'secret-policy',
  controllers: (parts) => [
    parts.start({
      name: 'secret-policy',
      for: secretPolicies,
      when: specChanged,
      owns: [admissionPolicies, admissionBindings],
      // Any Secret may concern any policy; there are few of these.
      watches: [watch({ kind: secrets, map: () => namesOf(parts) })],
      reconcile: reconcilePolicy(parts),
    }),
  ],
};

const namesOf = ({ cache }: OperatorParts): ObjectName[] =>
  cache
    .informer(secretPolicies)
    .list()
    .map(({ metadata }) => metadata);

const reconcilePolicy =
  (parts: OperatorParts) =>
  async (name: ObjectName, context: ReconcileContext): Promise<Outcome> => {
    const policy = context.cache.informer(secretPolicies).get(name);
    if (policy === undefined) return done;
    const weak = judgeSecrets(policy, context.cache.informer(secrets).list());
    await ensureGate(context.client, policy, hasGate(policy, context));
    await tell(parts, policy, weak);
    if (policy.spec.action === 'Delete')
      for (const { secret } of weak) await remove(context, secret.metadata);
    const left = policy.spec.action === 'Delete' ? [] : weak;
    await writeStatus(context, policy, left);
    return done;
  };

const hasGate = (policy: SecretPolicy, { cache }: ReconcileContext): boolean =>
  [admissionPolicies, admissionBindings].some(
    (kind) => cache.informer(kind).get({ name: gateName(policy) }) !== undefined,
  );

/** An event on each Secret that the status does not name yet; it tells of news, and decides nothing. */
async function tell(
  { recorder }: OperatorParts,
  policy: SecretPolicy,
  weak: readonly Weakness[],
): Promise<void> {
  const known = new Set(policy.status?.weak);
  const note = policy.spec.action === 'Delete' ? 'WeakSecretDeleted' : 'WeakSecret';
  for (const weakness of weak.filter((each) => !known.has(keyOf(each)))) {
    const message = `${weakness.why} (SecretPolicy ${policy.metadata.name})`;
    await recorder.record(weakness.secret, { type: 'Warning', reason: note, message });
  }
}

/** The very Secret that was judged: one that was mended meanwhile stays. */
async function remove(
  { client, signal }: ReconcileContext,
  judged: Weakness['secret']['metadata'],
): Promise<void> {
  const { uid = '', resourceVersion = '' } = judged;
  const options = { preconditions: { uid, resourceVersion }, signal };
  await client
    .resource(secrets)
    .delete(judged, options)
    .catch((error: unknown) => {
      // Gone or changed: the watch brings it back to us if need be.
      if (!isNotFound(error) && !isConflict(error)) throw error;
    });
}

async function writeStatus(
  { client, signal }: ReconcileContext,
  { apiVersion, kind, metadata }: SecretPolicy,
  weak: readonly Weakness[],
): Promise<void> {
  const { name, generation = 0 } = metadata;
  const status = { observedGeneration: generation, count: weak.length, weak: weak.slice(0, 100).map(keyOf) };
  await client
    .resource(secretPolicies)
    .status.apply({ apiVersion, kind, metadata: { name }, status }, { force: true, signal })
    .catch(unlessMissing);
}
