import type { Pod } from '@fairlead/kube';
import { isReady } from '../pods/state.ts';
import { groupPods } from './groups.ts';
import type { Samples } from './metrics.ts';

/** What is used in relation to what should be; 1 is right. */
export interface Usage {
  readonly ratio: number;
  /** The average, in thousandths. */
  readonly average: number;
  /** In percent of what is requested, when that was asked for. */
  readonly utilization?: number;
}

export interface Question {
  readonly pods: readonly Pod[];
  readonly samples: Samples;
  readonly resource: string;
  readonly current: number;
  readonly now: number;
  /** What values by pod name amount to. */
  readonly usageOf: (values: ReadonlyMap<string, number>) => Usage;
  /** What a pod of which nothing is known is taken to use when the number would shrink. */
  readonly assumed: (pod: string) => number;
}

/** Changes smaller than this are none: a tenth more or less. */
const tolerance = 0.1;

export const isRight = (ratio: number): boolean => 1 - tolerance <= ratio && ratio <= 1 + tolerance;

/** How many pods there should be for the usage to be right, and what it is. */
export interface Answer {
  readonly replicas: number;
  readonly usage: Usage;
}

/**
 * By what each pod uses. Pods that start or say nothing are taken to use what holds the change back:
 * nothing when the number would grow, what they should when it would shrink.
 */
export function decideByPods(question: Question): Answer {
  const { pods, current, usageOf, assumed } = question;
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count');
  const groups = groupPods(pods, question);
  const values = measured(question, groups.unready);
  if (values.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)');

  const usage = usageOf(values);
  const grows = usage.ratio > 1;
  const isHeldBack = grows && groups.unready.length > 0;
  if (!isHeldBack && groups.missing.length === 0) {
    const replicas = isRight(usage.ratio) ? current : Math.ceil(usage.ratio * groups.ready);
    return { replicas, usage };
  }
  if (usage.ratio !== 1) for (const name of groups.missing) values.set(name, grows ? 0 : assumed(name));
  if (isHeldBack) for (const name of groups.unready) values.set(name, 0);
  const { ratio } = usageOf(values);
  const turned = (usage.ratio < 1 && ratio > 1) || (grows && ratio < 1);
  const replicas = Math.ceil(ratio * values.size);
  const isAgainst = (ratio < 1 && replicas > current) || (ratio > 1 && replicas < current);
  return { replicas: isRight(ratio) || turned || isAgainst ? current : replicas, usage };
}

function measured({ pods, samples }: Question, unready: readonly string[]): Map<string, number> {
  const ignored = new Set([
    ...unready,
    ...pods
      .filter(
        ({ metadata, status }) => metadata.deletionTimestamp !== undefined || status?.phase === 'Failed',
      )
      .map(({ metadata }) => metadata.name),
  ]);
  const counted = [...samples].filter(([name]) => !ignored.has(name));
  return new Map(counted.map(([name, { value }]) => [name, value]));
}

/** By one number for all: as many as make it right. */
export function decideByRatio(ratio: number, pods: readonly Pod[], current: number): number {
  if (current === 0) return Math.ceil(ratio);
  if (isRight(ratio)) return current;
  if (pods.length === 0)
    throw new Error(
      'unable to calculate ready pods: no pods returned by selector while calculating replica count',
    );
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length;
  return Math.ceil(ratio * ready);
}

/** By a number that each pod should have its share of. */
export function decideByShare(total: number, share: number, current: number): Answer {
  const ratio = total / (share * current);
  const replicas = isRight(ratio) ? current : Math.min(2 ** 31 - 1, Math.ceil(total / share));
  return { replicas, usage: { ratio, average: Math.ceil(total / current) } };
}

/** The average of some values against a target. */
export function averageUsage(values: ReadonlyMap<string, number>, target: number): Usage {
  const average = Math.trunc(sum(values.values()) / values.size);
  return { ratio: average / target, average };
}

/** What is used in percent of what is requested, against a target in percent. */
export function utilization(
  values: ReadonlyMap<string, number>,
  requests: ReadonlyMap<string, number>,
  target: number,
): Usage {
  const known = [...values].filter(([name]) => requests.has(name));
  const requested = sum(known.map(([name]) => requests.get(name) ?? 0));
  if (requested === 0) throw new Error('no metrics returned matched known pods');
  const used = sum(known.map(([, value]) => value));
  const percent = Math.trunc((used * 100) / requested);
  return { ratio: percent / target, average: Math.trunc(used / known.length), utilization: percent };
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
