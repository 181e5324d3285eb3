import {
  badSetters,
  type Check,
  type CheckedContainer,
  containersOf,
  distinct,
  type Handler,
  plural,
  quoted,
  type Judge,
  named,
} from './check.ts';
import { isAllowedProfile, seccompAnnotations, seccompSetters } from './seccomp.ts';
import { seLinuxOptions } from './selinux.ts';

const DEFAULT_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

const appArmorProfile: Judge = (pod) => {
  const { setters, values } = badSetters(pod, {
    setting: ({ appArmorProfile: profile }) => profile?.type,
    isBad: (type) => !isAllowedProfile(type),
  });
  const annotations = Object.entries(pod.metadata.annotations ?? {})
    .filter(([key]) => key.startsWith('container.apparmor.security.beta.kubernetes.io/'))
    .filter(([, profile]) => !/^(?:|runtime\/default|localhost\/.*)$/s.test(profile))
    .map(([key, profile]) => `${key}=${JSON.stringify(profile)}`)
    .toSorted();
  const all = [...distinct(values), ...annotations];
  if (all.length === 0) return undefined;
  const said = [
    ...(setters === '' ? [] : [setters]),
    ...(annotations.length > 0 ? [plural('annotation', annotations.length)] : []),
  ];
  return {
    reason: plural('forbidden AppArmor profile', all.length),
    detail: `${said.join(' and ')} must not set AppArmor profile type to ${quoted(all)}`,
  };
};

const capabilities: Judge = (pod) => {
  const added = ({ securityContext }: CheckedContainer): readonly string[] =>
    (securityContext?.capabilities?.add ?? []).filter((one) => !DEFAULT_CAPABILITIES.has(one));
  const bad = containersOf(pod).filter((container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  const what = quoted(distinct(bad.flatMap(added)));
  return {
    reason: 'non-default capabilities',
    detail: `${named(bad)} must not include ${what} in securityContext.capabilities.add`,
  };
};

const hostNamespaces: Judge = ({ spec }) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') };
};

const hostPathVolumes: Judge = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined);
  if (bad.length === 0) return undefined;
  const which = quoted(bad.map(({ name }) => name));
  return { reason: 'hostPath volumes', detail: `${plural('volume', bad.length)} ${which}` };
};

const hostPorts: Judge = (pod) => {
  const portsOf = ({ ports }: CheckedContainer): readonly string[] =>
    (ports ?? [])
      .map(({ hostPort = 0 }) => hostPort)
      .filter((port) => port !== 0)
      .map(String);
  const bad = containersOf(pod).filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = distinct(bad.flatMap(portsOf));
  const verb = bad.length === 1 ? 'uses' : 'use';
  return {
    reason: 'hostPort',
    detail: `${named(bad)} ${verb} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  };
};

const hostProbes: Judge = (pod) => {
  const hostsOf = (container: CheckedContainer): readonly string[] => {
    const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
    return [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap(
      (handler: Handler = {}) =>
        [handler.httpGet?.host ?? '', handler.tcpSocket?.host ?? ''].filter((host) => host !== ''),
    );
  };
  const bad = containersOf(pod).filter((container) => hostsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const hosts = distinct(bad.flatMap(hostsOf));
  const verb = bad.length === 1 ? 'uses' : 'use';
  const what = plural('probe or lifecycle host', hosts.length);
  return {
    reason: 'probe or lifecycle host',
    detail: `${named(distinct(bad.map(({ name }) => name)).map((name) => ({ name })))} ${verb} ${what} ${quoted(hosts)}`,
  };
};

const privileged: Judge = (pod) => {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.privileged);
  if (bad.length === 0) return undefined;
  return {
    reason: 'privileged',
    detail: `${named(bad)} must not set securityContext.privileged=true`,
  };
};

const procMount: Judge = (pod) => {
  const typeOf = ({ securityContext }: CheckedContainer): string => securityContext?.procMount ?? 'Default';
  const bad = containersOf(pod).filter((container) => typeOf(container) !== 'Default');
  if (bad.length === 0) return undefined;
  const types = quoted(distinct(bad.map(typeOf)));
  return {
    reason: 'procMount',
    detail: `${named(bad)} must not set securityContext.procMount to ${types}`,
  };
};

const seccompProfile: Judge = (pod) => seccompSetters(pod);

const SYSCTLS_BY_VERSION: readonly (readonly [minor: number, names: string])[] = [
  [
    0,
    'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start',
  ],
  [27, 'net.ipv4.ip_local_reserved_ports'],
  [
    29,
    'net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes',
  ],
  [32, 'net.ipv4.tcp_rmem net.ipv4.tcp_wmem'],
];

/** Each version allows some more than the one before. */
const sysctls = SYSCTLS_BY_VERSION.map(([minor], index) => {
  const lists = SYSCTLS_BY_VERSION.slice(0, index + 1).flatMap(([, list]) => list.split(' '));
  const allowed = new Set(lists);
  const judge: Judge = ({ spec }) => {
    const bad = (spec.securityContext?.sysctls ?? []).filter(({ name }) => !allowed.has(name));
    if (bad.length === 0) return undefined;
    return { reason: 'forbidden sysctls', detail: bad.map(({ name }) => name).join(', ') };
  };
  return [minor, judge] as const;
});

const windowsHostProcess: Judge = (pod) => {
  const { setters } = badSetters(pod, {
    setting: ({ windowsOptions }) => windowsOptions?.hostProcess,
    isBad: (value) => value,
  });
  if (setters === '') return undefined;
  return {
    reason: 'hostProcess',
    detail: `${setters} must not set securityContext.windowsOptions.hostProcess=true`,
  };
};

const level = 'baseline';

/** The baseline of the Pod Security Standards, as of Kubernetes 1.34. */
export const baseline: readonly Check[] = [
  { id: 'appArmorProfile', level, since: [[0, appArmorProfile]] },
  { id: 'capabilities_baseline', level, since: [[0, capabilities]] },
  { id: 'hostNamespaces', level, since: [[0, hostNamespaces]] },
  { id: 'hostPathVolumes', level, since: [[0, hostPathVolumes]] },
  { id: 'hostPorts', level, since: [[0, hostPorts]] },
  { id: 'hostProbesAndHostLifecycle', level, since: [[34, hostProbes]] },
  { id: 'privileged', level, since: [[0, privileged]] },
  { id: 'procMount', level, since: [[0, procMount]] },
  {
    id: 'seLinuxOptions',
    level,
    since: [
      [0, seLinuxOptions(['', 'container_t', 'container_init_t', 'container_kvm_t'])],
      [31, seLinuxOptions(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'])],
    ],
  },
  {
    id: 'seccompProfile_baseline',
    level,
    since: [
      [0, seccompAnnotations],
      [19, seccompProfile],
    ],
  },
  { id: 'sysctls', level, since: sysctls },
  { id: 'windowsHostProcess', level, since: [[0, windowsHostProcess]] },
];
