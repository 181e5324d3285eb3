import { join } from 'node:path';
import type { Bound } from '../sandbox/contract.ts';
import type { Bundle } from './contract.ts';
import { systemCallFilter } from './system-calls.ts';

export interface ProcessOrder {
  readonly bundle: Bundle;
  /** As the container names it. */
  readonly workingFolder: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
}

export interface ConfigOrder extends ProcessOrder {
  /** The folder of the attempt, on the machine. */
  readonly folder: string;
}

/** The version of the runtime specification that all runtimes in use know. */
const version = '1.0.2';

/** Where the container's root is put together, in the folder of its attempt. */
export const rootIn = (folder: string): string => join(folder, 'root');

/** Where a part of a volume is mounted on the way; see `desiredConfig`. */
export const stageIn = (folder: string, at: number): string => join(folder, 'stage', String(at));

/**
 * The command runs from now on, and would hear a signal. The runtime tells a hook about the container, and ends it when
 * the hook has not read all of that.
 */
const noteBegun = 'while read -r line || [ -n "$line" ]; do line=; done; : >"$1"';

/** What a runtime is told of a container (OCI runtime specification 1.0.2, "Configuration"). */
export const desiredConfig = (order: ConfigOrder) => {
  const { bundle, folder } = order;
  const { network, hostname, readOnlyRoot, rights } = bundle;
  return {
    ociVersion: version,
    process: desiredProcess(order),
    root: { path: rootIn(folder), readonly: readOnlyRoot },
    hostname,
    mounts: [...ownMounts, ...bundle.mounts.map((mount, at) => mountOf(mount, stageIn(folder, at)))],
    hooks: { poststart: [{ path: '/bin/sh', args: ['sh', '-c', noteBegun, 'hook', join(folder, 'begun')] }] },
    linux: {
      namespaces: [
        ...['mount', 'pid', 'ipc', 'uts'].map((type) => ({ type })),
        ...(network === undefined ? [] : [{ type: 'network', path: network }]),
      ],
      // In a network of its own every port may be listened on, and anybody may ping.
      ...(network !== undefined && { sysctl: openPorts }),
      ...(rights.filtered && { seccomp: systemCallFilter(rights.capabilities) }),
      maskedPaths: masked,
      readonlyPaths: readOnly,
    },
  };
};

/** A process of the container: its first one, or one beside it. */
export const desiredProcess = ({ bundle, command, environment, workingFolder, terminal }: ProcessOrder) => {
  const { user, rights } = bundle;
  const { capabilities } = rights;
  // Who is not root has what it may gain, and nothing in hand.
  const inHand = user.uid === 0 ? capabilities : [];
  return {
    terminal: terminal === true,
    user: { uid: user.uid, gid: user.gid, additionalGids: user.groups, umask: 0o022 },
    args: command,
    env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    cwd: workingFolder,
    capabilities: {
      bounding: capabilities,
      permitted: inHand,
      effective: inHand,
      inheritable: [],
      ambient: [],
    },
    noNewPrivileges: !rights.mayGain,
  };
};

const mount = (destination: string, type: string, options: string) => ({
  destination,
  type,
  source: type,
  options: options.split(','),
});

/** What every container has (as under the runtimes that kubelets use). */
const ownMounts = [
  mount('/proc', 'proc', 'nosuid,noexec,nodev'),
  mount('/dev', 'tmpfs', 'nosuid,strictatime,mode=755,size=65536k'),
  mount('/dev/pts', 'devpts', 'nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5'),
  mount('/dev/shm', 'tmpfs', 'nosuid,noexec,nodev,mode=1777,size=65536k'),
  mount('/dev/mqueue', 'mqueue', 'nosuid,noexec,nodev'),
  mount('/sys', 'sysfs', 'nosuid,noexec,nodev,ro'),
  mount('/sys/fs/cgroup', 'cgroup', 'nosuid,noexec,nodev,relatime,ro'),
];

function mountOf({ target, source, readOnly = false, below }: Bound, stage: string) {
  // Between a look at a path in a volume and its use the pod could put a link there, to any place of the machine.
  const from = below === undefined ? source : join(stage, below);
  const options = ['rbind', 'rprivate', readOnly ? 'ro' : 'rw'];
  return { destination: target, type: 'bind', source: from, options };
}

const openPorts = {
  'net.ipv4.ip_unprivileged_port_start': '0',
  'net.ipv4.ping_group_range': '0 2147483647',
};

/** What of the kernel shows the machine, or changes it (as under the runtimes that kubelets use). */
const masked = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const readOnly = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];
