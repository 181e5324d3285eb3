import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { type Client, events, isForbidden, isInvalid, type ObjectName, secrets } from '@fairlead/kube';
import { openCluster, within } from '../cluster.fixture.ts';
import { admissionBindings, admissionPolicies } from './gate.ts';
import { secretPolicy } from './operator.ts';
import { secretPolicies, type SecretPolicy } from './policy.ts';

async function openScene(t: TestContext) {
  const cluster = await openCluster(t, import.meta.dirname);
  const { admin, namespace } = cluster;
  /** A policy for the namespace of the test. */
  const name = `policy-${namespace}`;
  const ask = (spec: Partial<SecretPolicy['spec']>) =>
    cluster.declare({
      apiVersion: 'automation.example.com/v1',
      kind: 'SecretPolicy',
      metadata: { name },
      spec: { namespaces: [namespace], ...spec },
    });
  const put = (secret: string, password: string) => write(admin, { namespace, name: secret }, password);
  const mine = async () =>
    (await admin.resource(secrets).list({ namespace })).items.map(({ metadata }) => metadata.name).sort();
  const status = async () => (await admin.resource(secretPolicies).get({ name })).status;
  const judged = (holds: (status: NonNullable<SecretPolicy['status']>) => boolean) =>
    cluster.until(secretPolicies, (all) =>
      all.some(
        (policy) => policy.metadata.name === name && policy.status !== undefined && holds(policy.status),
      ),
    );
  return { ...cluster, ask, put, mine, status, judged, name };
}

const secret = (metadata: ObjectName, password: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata,
  stringData: { password },
});

const write = (client: Client, metadata: ObjectName, password: string) =>
  client.resource(secrets).apply(secret(metadata, password), { force: true });

const tryOut = (client: Client, metadata: ObjectName) =>
  client.resource(secrets).apply(secret(metadata, 'short'), { force: true, dryRun: true });

async function refused(attempt: () => Promise<unknown>): Promise<void> {
  const isRefused = await attempt().then(
    () => false,
    (error: unknown) => isForbidden(error) || isInvalid(error),
  );
  if (isRefused) return;
  await new Promise((resolve) => setTimeout(resolve, 100));
  await refused(attempt);
}

describe('a policy for secrets', () => {
  it('that reports tells of each weak password once, and of none that is strong enough', async (t) => {
    const { ask, put, start, judged, status, mine, namespace, until } = await openScene(t);
    await put('weak', 'letmein');
    await put('strong', 'correct horse');
    await put('edge', 'äöüäöüäöüä');
    await ask({});
    await start(secretPolicy);
    await judged(({ count }) => count === 1);
    assert.deepEqual((await status())?.weak, [`${namespace}/weak`]);
    const told = await until(events, (all) => all.some(within(namespace)));
    const { involvedObject, reason, message } = told.find(within(namespace)) ?? {};
    assert.deepEqual([involvedObject?.name, reason], ['weak', 'WeakSecret']);
    assert.match(message ?? '', /^password has 7 characters, 10 are asked for/);
    assert.doesNotMatch(JSON.stringify(told), /letmein|bGV0bWVpbg/, 'the password is nobody’s business');
    await put('weak', 'not any longer');
    await judged(({ count }) => count === 0);
    assert.deepEqual(await mine(), ['edge', 'strong', 'weak']);
  });

  it('that deletes does so with what was there before it, and with what comes', async (t) => {
    const { ask, put, start, mine, until, namespace } = await openScene(t);
    await put('before', 'short');
    await put('strong', 'correct horse');
    await ask({ action: 'Delete' });
    await start(secretPolicy);
    await until(secrets, (all) => all.filter(within(namespace)).length === 1);
    await put('later', 'short');
    const gone = (
      all: readonly { readonly reason?: string; readonly involvedObject: { readonly name?: string } }[],
    ) =>
      all.some(
        ({ reason, involvedObject }) => reason === 'WeakSecretDeleted' && involvedObject.name === 'later',
      );
    await until(events, gone);
    await until(secrets, (all) => all.filter(within(namespace)).length === 1);
    assert.deepEqual(await mine(), ['strong']);
  });

  it('of another namespace changes nothing, and what runs late finds the state', async (t) => {
    const { ask, put, start, judged, mine } = await openScene(t);
    await ask({ action: 'Delete', namespaces: ['nowhere'] });
    await put('weak', 'short');
    const first = await start(secretPolicy);
    await judged(({ count }) => count === 0);
    assert.deepEqual(await mine(), ['weak']);
    await first.close();
    await ask({ minLength: 3 });
    await put('other', 'ab');
    await start(secretPolicy);
    await judged(({ count }) => count === 1);
  });

  it('that refuses has the API server do it, until it does not any more', async (t) => {
    const { ask, put, start, judged, until, name, namespace, mine, admin } = await openScene(t);
    await put('before', 'short');
    await ask({ action: 'Refuse' });
    await start(secretPolicy);
    await judged(({ count }) => count === 1);
    const isOurs = ({ metadata }: { readonly metadata: { readonly name: string } }) =>
      metadata.name === `secret-policy-${name}`;
    await until(admissionPolicies, (all) => all.some(isOurs));
    await until(admissionBindings, (all) => all.some(isOurs));
    // The API server takes a moment to heed a new policy.
    await refused(() => tryOut(admin, { namespace, name: 'new' }));
    await assert.rejects(put('new', 'short'), /password must have at least 10 characters/);
    await put('strong', 'correct horse');
    assert.deepEqual(await mine(), ['before', 'strong']);
    await ask({ action: 'Report' });
    await until(admissionPolicies, (all) => !all.some(isOurs));
    await until(admissionBindings, (all) => !all.some(isOurs));
  });
});
