import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Kubectl, needsKubectl, openKubectl } from './testing/kubectl.ts';

// kubectl's generators send protobuf. What they make is what is stored: the same command shows it without sending.

let kubectl: Kubectl;
let folder = '';

before(async () => {
  if (needsKubectl.skip !== false) return;
  folder = await mkdtemp(join(tmpdir(), 'fairlead-certificate-'));
  kubectl = await openKubectl(process.env['PATH']);
  await kubectl.run('create', 'deployment', 'there', '--image=web:1');
  await kubectl.run('create', 'cronjob', 'hourly', '--image=web:1', '--schedule=@hourly');
});

after(async () => {
  if (needsKubectl.skip !== false) return;
  await kubectl[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const generators = [
  'create namespace team',
  'create configmap c --from-literal=a=b --from-literal=empty=',
  'create secret generic s --from-literal=p=q',
  'create secret docker-registry r --docker-server=x --docker-username=u --docker-password=p',
  'create job j --image=web:1 -- echo hi',
  'create job one --from=cronjob/hourly',
  'create cronjob cj --image=web:1 --schedule=*/5 -- echo hi',
  'create deployment d --image=web:1 --replicas=0 --port=80',
  'create service clusterip cluster --tcp=80:8080 --tcp=443:https',
  'create service nodeport node --tcp=80',
  'create service externalname external --external-name=example.com',
  'create service loadbalancer balancer --tcp=5:6',
  'create serviceaccount sa',
  'create ingress i --rule=h.example.com/path*=svc:80,tls=t',
  'create role ro --verb=get,list --resource=pods --resource-name=x',
  'create rolebinding rb --role=ro --serviceaccount=default:sa',
  'create clusterrole cr --verb=get --non-resource-url=/x',
  'create clusterrolebinding crb --clusterrole=cr --user=u --group=g',
  'create quota q --hard=cpu=1500m,pods=2 --scopes=NotBestEffort',
  'create poddisruptionbudget percent --min-available=50% --selector=a=b',
  'create poddisruptionbudget number --max-unavailable=1 --selector=a=b',
  'create priorityclass pc --value=-1000 --description=x --preemption-policy=Never',
  'run pod --image=web:1 --port=80 --env=A=b --labels=x=y --restart=Never',
  'expose deployment there --port=80 --target-port=8080',
];

for (const line of generators) {
  test(`kubectl ${line}`, needsKubectl, async () => {
    // Five asterisks and a space would be one argument.
    const args = line.split(' ').map((arg) => arg.replace('*/5', '*/5 * * * *'));
    await storesWhatItShows(args);
  });
}

test('kubectl create secret tls', needsKubectl, async () => {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-subj', '/CN=x', ...files], {
    stdio: 'ignore',
  });
  await storesWhatItShows(['create', 'secret', 'tls', 'tls', `--cert=${certificate}`, `--key=${key}`]);
});

test(
  'What is deleted with options in protobuf is gone, and a service account gets a token',
  needsKubectl,
  async () => {
    await kubectl.run('create', 'configmap', 'gone');
    assert.equal(await kubectl.run('delete', 'configmap', 'gone', '--now'), 'configmap "gone" deleted');
    await kubectl.run('create', 'serviceaccount', 'someone');
    assert.match(await kubectl.run('create', 'token', 'someone'), /^eyJ[-\w]+\.[-\w]+\.[-\w]+$/);
    assert.equal(await kubectl.run('auth', 'can-i', 'create', 'deployments.apps'), 'yes');
  },
);

test('kubectl autoscale', needsKubectl, async () => {
  const args = ['autoscale', 'deployment', 'there', '--min=1', '--max=3'];
  assert.match(await kubectl.run(...args), /there autoscaled/);
});

const storesWhatItShows = async (args: readonly string[]): Promise<void> => {
  const flags = (...more: string[]): string[] => {
    const end = args.includes('--') ? args.indexOf('--') : args.length;
    return args.toSpliced(end, 0, '-o', 'json', ...more);
  };
  const shown: unknown = JSON.parse(await kubectl.run(...flags('--dry-run=client')));
  const stored = JSON.parse(await kubectl.run(...flags())) as { readonly metadata: { readonly uid: string } };
  assert.match(stored.metadata.uid, /^[0-9a-f-]{36}$/);
  assert.partialDeepStrictEqual(stored, said(shown));
};

/** Without what says nothing: null, empty objects. The server may have more to say there. */
const said = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    inner === null || (typeof inner === 'object' && Object.keys(inner).length === 0) ? undefined : inner,
  );
