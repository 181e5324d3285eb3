import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FrontDoor, openFrontDoor } from '../../testing/front-door.ts';
import type { CheckedPod } from './check.ts';
import { renderDetails, violationsOf } from './evaluate.ts';
import type { Level, Version } from './policy.ts';

const checked = (
  spec: object,
  container: object = {},
  annotations: Record<string, string> = {},
): CheckedPod => ({
  metadata: { annotations },
  spec: { containers: [{ name: 'c', ...container }], ...spec },
});

const profile = { seccompProfile: { type: 'RuntimeDefault' } };
/** All that the restricted standard asks for. */
const good = {
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    ...profile,
  },
};

interface Row {
  readonly level?: Level;
  readonly version?: Version;
  readonly pod: CheckedPod;
  readonly says: string;
}

const rows: Readonly<Record<string, Row>> = {
  'a pod that asks for nothing': { pod: checked({}), says: '' },
  'the host’s namespaces': {
    pod: checked({ hostNetwork: true, hostIPC: true }),
    says: 'host namespaces (hostNetwork=true, hostIPC=true)',
  },
  'added capabilities': {
    pod: checked({}, { securityContext: { capabilities: { add: ['SYS_TIME', 'CHOWN', 'NET_RAW'] } } }),
    says: 'non-default capabilities (container "c" must not include "NET_RAW", "SYS_TIME" in securityContext.capabilities.add)',
  },
  'a folder of the host': {
    pod: checked({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
    says: 'hostPath volumes (volume "v")',
  },
  'ports of the host': {
    pod: checked(
      { initContainers: [{ name: 'i', ports: [{ hostPort: 80 }] }] },
      { ports: [{ hostPort: 443 }] },
    ),
    says: 'hostPort (containers "i", "c" use hostPorts 443, 80)',
  },
  'probes of another host': {
    pod: checked({}, { livenessProbe: { httpGet: { host: 'a.example' } } }),
    says: 'probe or lifecycle host (container "c" uses probe or lifecycle host "a.example")',
  },
  'probes of another host before it was forbidden': {
    version: 33,
    pod: checked({}, { livenessProbe: { httpGet: { host: 'a.example' } } }),
    says: '',
  },
  'a privileged container': {
    pod: checked({}, { securityContext: { privileged: true } }),
    says: 'privileged (container "c" must not set securityContext.privileged=true)',
  },
  'an unmasked /proc': {
    pod: checked({}, { securityContext: { procMount: 'Unmasked' } }),
    says: 'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
  },
  'SELinux options': {
    pod: checked({ securityContext: { seLinuxOptions: { type: 'x', user: 'u' } } }),
    says: 'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "x"; user may not be set)',
  },
  'a seccomp profile that confines nothing': {
    pod: checked({ securityContext: { seccompProfile: { type: 'Unconfined' } } }),
    says: 'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
  },
  'the same as an annotation, long ago': {
    version: 18,
    pod: checked({}, {}, { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }),
    says: 'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
  },
  'AppArmor switched off': {
    pod: checked({}, {}, { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' }),
    says: 'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/c="unconfined"")',
  },
  'sysctls that are safe only since 1.32': {
    version: 31,
    pod: checked({
      securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }, { name: 'kernel.shm_rmid_forced' }] },
    }),
    says: 'forbidden sysctls (net.ipv4.tcp_rmem)',
  },
  'the host’s processes on Windows': {
    pod: checked({ securityContext: { windowsOptions: { hostProcess: true } } }),
    says: 'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
  },
  'what restricted asks for': { level: 'restricted', pod: checked({}, good), says: '' },
  'an ordinary pod under restricted': {
    level: 'restricted',
    pod: checked({ initContainers: [{ name: 'i' }] }),
    says: 'allowPrivilegeEscalation != false (containers "i", "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (containers "i", "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or containers "i", "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or containers "i", "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  },
  'the same in an early version': {
    level: 'restricted',
    version: 7,
    pod: checked({}),
    says: 'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)',
  },
  'the user root, and a pod that may be it': {
    level: 'restricted',
    pod: checked({ securityContext: { runAsUser: 0, runAsNonRoot: false } }, good),
    says: 'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set runAsUser=0)',
  },
  'volumes beyond those that cannot hurt': {
    level: 'restricted',
    pod: checked(
      {
        volumes: [
          { name: 'a', hostPath: {} },
          { name: 'b', nfs: {} },
          { name: 'e', emptyDir: {} },
        ],
      },
      good,
    ),
    says: 'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
  },
  'Windows, which has none of these settings': {
    level: 'restricted',
    pod: checked({ os: { name: 'windows' }, securityContext: { runAsNonRoot: true } }),
    says: '',
  },
  'anything, if privileged': { level: 'privileged', pod: checked({ hostPID: true }), says: '' },
};

describe('the pod security standards', () => {
  for (const [name, { level = 'baseline', version = 'latest', pod, says }] of Object.entries(rows)) {
    test(`${level} and ${name}`, () => {
      assert.equal(renderDetails(violationsOf(pod, { level, version })), says);
    });
  }
});

const namespaced = async (door: FrontDoor, labels: object): Promise<void> => {
  await door.post('/api/v1/namespaces', { metadata: { name: 'team', labels } });
  await door.post('/api/v1/namespaces/team/serviceaccounts', { metadata: { name: 'default' } });
};
const label = (mode: string): string => `pod-security.kubernetes.io/${mode}`;
const pod = (spec: object = {}, name = 'p') => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
const pods = '/api/v1/namespaces/team/pods';

describe('a namespace that asks for a standard', () => {
  test('refuses the pods that break it', async () => {
    await using door = await openFrontDoor();
    await namespaced(door, { [label('enforce')]: 'baseline', [label('enforce-version')]: 'v1.30' });
    const { status, body } = await door.post(pods, pod({ hostPID: true }));
    assert.deepEqual(
      [status, body.message, body.details],
      [
        403,
        'pods "p" is forbidden: violates PodSecurity "baseline:v1.30": host namespaces (hostPID=true)',
        { name: 'p', kind: 'pods' },
      ],
    );
    assert.equal((await door.post(pods, pod())).status, 201);
  });

  test('warns who writes a template that will be refused, and whoever it only warns', async () => {
    await using door = await openFrontDoor();
    await namespaced(door, { [label('enforce')]: 'baseline', [label('warn')]: 'restricted' });
    const template = { metadata: { labels: { a: 'b' } }, spec: pod({ hostPID: true }).spec };
    const deployment = { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } };
    const made = await door.post('/apis/apps/v1/namespaces/team/deployments', deployment);
    assert.equal(made.status, 201);
    assert.match(
      String(made.headers.warning),
      /^299 - "would violate PodSecurity \\"restricted:latest\\": host namespaces \(hostPID=true\), allowPrivilegeEscalation/,
    );
    const warned = await door.post(pods, pod());
    assert.equal(warned.status, 201);
    assert.match(String(warned.headers.warning), /would violate PodSecurity \\"restricted:latest\\"/);
  });

  test('refuses labels that it cannot read, once they change', async () => {
    await using door = await openFrontDoor();
    const metadata = {
      name: 'bad',
      labels: { [label('enforce')]: 'strict', [label('warn-version')]: '1.30' },
    };
    const { status, body } = await door.post('/api/v1/namespaces', { metadata });
    assert.equal(status, 422);
    assert.deepEqual(
      body.details.causes.map(({ message, field }: { message: string; field: string }) => [field, message]),
      [
        [
          'metadata.labels[pod-security.kubernetes.io/enforce]',
          'Invalid value: "strict": must be one of privileged, baseline, restricted',
        ],
        [
          'metadata.labels[pod-security.kubernetes.io/warn-version]',
          'Invalid value: "1.30": must be "latest" or "v1.x"',
        ],
      ],
    );
  });

  test('tells who makes it stricter which pods break the new rule', async () => {
    await using door = await openFrontDoor();
    await namespaced(door, {});
    await Promise.all(['b', 'a', 'c'].map((name) => door.post(pods, pod({ hostPID: true }, name))));
    const labels = { [label('enforce')]: 'baseline' };
    const { headers } = await door.patch('/api/v1/namespaces/team', { metadata: { labels } });
    assert.match(
      String(headers.warning),
      /existing pods in namespace \\"team\\" violate the new PodSecurity enforce level \\"baseline:latest\\".*a \(and 2 other pods\): host namespaces/,
    );
  });
});
