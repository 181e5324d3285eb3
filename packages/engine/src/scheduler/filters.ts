import type { Node, Pod } from '@fairlead/kube';
import { isWanted } from './affinity.ts';
import type { Load } from './ledger.ts';
import { type Amounts, parseAmounts, requestOf } from './request.ts';
import type { SpreadCheck } from './spread.ts';
import { untolerated } from './taints.ts';
import type { VolumeCheck } from './volumes/check.ts';

export interface Candidate {
  readonly pod: Pod;
  readonly node: Node;
  readonly load: Load;
  readonly spread: SpreadCheck;
  readonly volumes?: VolumeCheck | undefined;
}

/** Why a pod cannot run on a node, in Kubernetes' words; none when it can. */
type Filter = (candidate: Candidate) => readonly string[];

const because = (reason: string, holds: boolean): readonly string[] => (holds ? [reason] : []);

const isCordon = (key: string): boolean => key === 'node.kubernetes.io/unschedulable';

const cordoned: Filter = ({ pod, node }) => {
  const tolerated = (pod.spec.tolerations ?? []).some(
    ({ key = '', operator, effect = '' }) =>
      (isCordon(key) || (key === '' && operator === 'Exists')) && (effect === '' || effect === 'NoSchedule'),
  );
  return because('node(s) were unschedulable', node.spec?.unschedulable === true && !tolerated);
};

const tainted: Filter = ({ pod, node }) => {
  const taint = untolerated(pod, node);
  if (taint === undefined) return [];
  return [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`];
};

const unwanted: Filter = ({ pod, node }) =>
  because("node(s) didn't match Pod's node affinity/selector", !isWanted(pod, node));

const portTaken: Filter = ({ pod, load }) => {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return [];
  const taken = [...load.pods.values()].flatMap(hostPorts);
  return because(
    "node(s) didn't have free ports for the requested pod ports",
    wanted.some((port) => taken.some((other) => collides(port, other))),
  );
};

const tooFull: Filter = ({ pod, node, load }) => {
  const room = allocatableOf(node);
  const full = because('Too many pods', room.pods !== undefined && load.pods.size + 1 > room.pods);
  const short = Object.entries(requestOf(pod))
    .filter(([name, asked]) => asked > 0 && asked > (room[name] ?? 0) - (load.requested[name] ?? 0))
    .map(([name]) => `Insufficient ${name}`);
  return [...full, ...short];
};

const unevenly: Filter = ({ node, spread }) => {
  const reason = spread(node);
  return reason === undefined ? [] : [reason];
};

const awayFromStorage: Filter = ({ node, volumes }) => {
  const reason = volumes?.whyNot(node);
  return reason === undefined ? [] : [reason];
};

const besideOthers: Filter = ({ pod }) => {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const required = [podAffinity, podAntiAffinity].some(
    (rules) => (rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0,
  );
  return because('node(s) could not be judged: inter-pod affinity is not served yet', required);
};

const filters: readonly Filter[] = [
  cordoned,
  tainted,
  unwanted,
  portTaken,
  tooFull,
  awayFromStorage,
  unevenly,
  besideOthers,
];

/** What the first objection says. */
export function whyNot(candidate: Candidate): readonly string[] {
  for (const filter of filters) {
    const reasons = filter(candidate);
    if (reasons.length > 0) return reasons;
  }
  return [];
}

const rooms = new WeakMap<object, Amounts>();

/** What a node has for pods. */
export function allocatableOf({ status }: Node): Amounts {
  const list = status?.allocatable ?? {};
  const known = rooms.get(list) ?? parseAmounts(list);
  rooms.set(list, known);
  return known;
}

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const hostPorts = ({ spec }: Pod): readonly HostPort[] =>
  spec.containers
    .flatMap(({ ports = [] }) => ports)
    .filter(({ hostPort = 0 }) => hostPort > 0)
    .map(({ hostIP, protocol = 'TCP', hostPort = 0 }) => ({
      ip: hostIP === undefined || hostIP === '' ? '0.0.0.0' : hostIP,
      protocol,
      port: hostPort,
    }));

const collides = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0');
