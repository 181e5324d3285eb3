import type { Container, Pod } from '@fairlead/kube';
import type { Rights } from './contract.ts';

/** What containers may do unless they say more or less (as under the runtimes that kubelets use; devices are not theirs to make). */
const usual = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

interface Asked {
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly allowPrivilegeEscalation?: boolean;
  readonly seccompProfile?: { readonly type?: string };
}

/** Adding comes after dropping: `drop: [ALL], add: [CHOWN]` leaves one. */
export function decideRights(pod: Pod, container: Container): Rights {
  const common = (pod.spec.securityContext ?? {}) as Asked;
  const own = (container.securityContext ?? {}) as Asked;
  const { add = [], drop = [] } = own.capabilities ?? {};
  const dropped = new Set(drop.map(bare));
  const kept = dropped.has('ALL') ? [] : usual.filter((name) => !dropped.has(name));
  const names = [...new Set([...kept, ...add.map(bare)])];
  return {
    capabilities: names.map((name) => `CAP_${name}`),
    mayGain: own.allowPrivilegeEscalation ?? true,
    filtered: (own.seccompProfile ?? common.seccompProfile)?.type !== 'Unconfined',
  };
}

const bare = (name: string): string => name.toUpperCase().replace(/^CAP_/, '');

/** What a container may be given: nothing by which it could leave. */
const known = new Set([
  ...usual,
  'IPC_LOCK',
  'LEASE',
  'LINUX_IMMUTABLE',
  'NET_ADMIN',
  'SYS_NICE',
  'SYS_PTRACE',
]);

/** What is asked for and not given here. */
export function whyNotGiven({ name, securityContext }: Container): string | undefined {
  const asked = (securityContext ?? {}) as Asked;
  const odd = asked.capabilities?.add?.map(bare).find((one) => !known.has(one));
  if (odd !== undefined) return `the capability ${odd} (container ${name})`;
  return asked.seccompProfile?.type === 'Localhost'
    ? `seccomp profiles of the machine (container ${name})`
    : undefined;
}
