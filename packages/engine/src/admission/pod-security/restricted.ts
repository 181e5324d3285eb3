import {
  badSetters,
  type Check,
  type CheckedContainer,
  containersOf,
  distinct,
  plural,
  quoted,
  type Judge,
  named,
} from './check.ts';
import { seccompRequired } from './seccomp.ts';

/** Windows knows none of these settings, and so cannot have them. */
const exceptOnWindows =
  (judge: Judge): Judge =>
  (pod) =>
    pod.spec.os?.name === 'windows' ? undefined : judge(pod);

const allowPrivilegeEscalation: Judge = (pod) => {
  const bad = containersOf(pod).filter(
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  );
  if (bad.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  };
};

const capabilities: Judge = (pod) => {
  const keeping = containersOf(pod).filter(
    ({ securityContext }) => !(securityContext?.capabilities?.drop ?? []).includes('ALL'),
  );
  const added = ({ securityContext }: CheckedContainer): readonly string[] =>
    (securityContext?.capabilities?.add ?? []).filter((one) => one !== 'NET_BIND_SERVICE');
  const adding = containersOf(pod).filter((container) => added(container).length > 0);
  const details = [
    ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [
          `${named(adding)} must not include ${quoted(distinct(adding.flatMap(added)))} in securityContext.capabilities.add`,
        ]
      : []),
  ];
  return details.length === 0
    ? undefined
    : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const ALLOWED_VOLUMES =
  'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(' ');

const KNOWN_VOLUMES =
  'hostPath gcePersistentDisk awsElasticBlockStore gitRepo nfs iscsi glusterfs rbd flexVolume cinder cephfs flocker fc azureFile vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO storageos'.split(
    ' ',
  );

const restrictedVolumes: Judge = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter(
    (volume) => !ALLOWED_VOLUMES.some((type) => volume[type] !== undefined),
  );
  if (bad.length === 0) return undefined;
  const types = distinct(
    bad.map((volume) => KNOWN_VOLUMES.find((type) => volume[type] !== undefined) ?? 'unknown'),
  );
  const which = `${plural('volume', bad.length)} ${quoted(bad.map(({ name }) => name))}`;
  const verb = bad.length === 1 ? 'uses' : 'use';
  return {
    reason: 'restricted volume types',
    detail: `${which} ${verb} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  };
};

const runAsNonRoot: Judge = (pod) => {
  const reason = 'runAsNonRoot != true';
  const { setters } = badSetters(pod, {
    setting: (context) => context.runAsNonRoot,
    isBad: (value) => !value,
  });
  if (setters !== '') return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` };
  if (pod.spec.securityContext?.runAsNonRoot) return undefined;
  const silent = containersOf(pod).filter(
    ({ securityContext }) => securityContext?.runAsNonRoot === undefined,
  );
  if (silent.length === 0) return undefined;
  return {
    reason,
    detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true`,
  };
};

const runAsUser: Judge = (pod) => {
  const { setters } = badSetters(pod, {
    setting: (context) => context.runAsUser,
    isBad: (uid) => uid === 0,
  });
  return setters === ''
    ? undefined
    : { reason: 'runAsUser=0', detail: `${setters} must not set runAsUser=0` };
};

const level = 'restricted';

/** What the restricted standard asks for beyond the baseline, as of Kubernetes 1.34. */
export const restricted: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    level,
    since: [
      [8, allowPrivilegeEscalation],
      [25, exceptOnWindows(allowPrivilegeEscalation)],
    ],
  },
  {
    id: 'capabilities_restricted',
    level,
    instead: 'capabilities_baseline',
    since: [
      [22, capabilities],
      [25, exceptOnWindows(capabilities)],
    ],
  },
  { id: 'restrictedVolumes', level, instead: 'hostPathVolumes', since: [[0, restrictedVolumes]] },
  { id: 'runAsNonRoot', level, since: [[0, runAsNonRoot]] },
  { id: 'runAsUser', level, since: [[23, runAsUser]] },
  {
    id: 'seccompProfile_restricted',
    level,
    instead: 'seccompProfile_baseline',
    since: [
      [19, seccompRequired],
      [25, exceptOnWindows(seccompRequired)],
    ],
  },
];
