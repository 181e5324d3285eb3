import { type Node, type Taint, timestamp } from '@fairlead/kube';

type Effect = Taint['effect'];

const name = (ailment: string): string => `node.kubernetes.io/${ailment}`;

/** Which condition, in which status, makes which taint. */
const ailments: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: name('not-ready'), Unknown: name('unreachable') },
  MemoryPressure: { True: name('memory-pressure') },
  DiskPressure: { True: name('disk-pressure') },
  PIDPressure: { True: name('pid-pressure') },
  NetworkUnavailable: { True: name('network-unavailable') },
};

const unschedulable = name('unschedulable');
const keys = new Set([...Object.values(ailments).flatMap((each) => Object.values(each)), unschedulable]);
const [notReady, unreachable] = [name('not-ready'), name('unreachable')];

/** What is to become of the taint that drives pods away. */
export type Driving = 'add' | 'keep' | 'remove';

/** The taints that a node should have by what it says of itself; those of others stay. */
export function desiredTaints(node: Node, driving: Driving, now: number): readonly Taint[] {
  const taints = node.spec?.taints ?? [];
  const wanted = [...keeping(node), ...drivingAway(node, driving)];
  const stays = taints.filter((taint) => !isOurs(taint) || wanted.some((one) => same(one, taint)));
  const added = wanted
    .filter((one) => !taints.some((taint) => same(one, taint)))
    .map((taint) => ({ ...taint, timeAdded: timestamp(now) }));
  return [...stays, ...added];
}

const taint = (key: string, effect: Effect): Taint => ({ key, effect });

const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

const isOurs = ({ key, effect }: Taint): boolean =>
  (effect === 'NoSchedule' && keys.has(key)) ||
  (effect === 'NoExecute' && (key === notReady || key === unreachable));

/** Nothing new comes to it. */
function keeping({ spec, status }: Node): readonly Taint[] {
  const found = (status?.conditions ?? []).map(({ type, status: holds }) => ailments[type]?.[holds]);
  const cordoned = spec?.unschedulable === true ? [unschedulable] : [];
  return [...found.filter((key) => key !== undefined), ...cordoned].map((key) => taint(key, 'NoSchedule'));
}

/** What is there goes, when it does not tolerate that. Which of the two taints it is follows the condition. */
function drivingAway(node: Node, driving: Driving): readonly Taint[] {
  const holds = readyOf(node);
  if (holds === undefined || holds === 'True' || driving === 'remove') return [];
  return driving === 'add' || isDriven(node)
    ? [taint(holds === 'False' ? notReady : unreachable, 'NoExecute')]
    : [];
}

export const isDriven = ({ spec }: Node): boolean =>
  (spec?.taints ?? []).some(
    (one) => one.effect === 'NoExecute' && (one.key === notReady || one.key === unreachable),
  );

/** `undefined` when the node has never said. */
export const readyOf = ({ status }: Node): 'True' | 'False' | 'Unknown' | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status;
