import type { HorizontalPodAutoscaler, HPAScalingRules } from '@fairlead/kube';
import type { History, Remembered } from './memory.ts';

/** What a condition says, apart from its times. */
export interface Said {
  readonly type: 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

export interface Wish {
  readonly spec: HorizontalPodAutoscaler['spec'];
  readonly current: number;
  /** What the measures ask for. */
  readonly wanted: number;
  readonly least: number;
  readonly history: History;
  readonly now: number;
}

/** The number that is set, and what is said of how it came about. */
export interface Normalised {
  readonly replicas: number;
  readonly said: readonly Said[];
}

/** Without a word on behaviour, what was wanted in the last five minutes holds the number up; milliseconds. */
const stabilization = 300_000;

/** First what was wanted of late counts too; then the number goes no further at once than the rules allow. */
export function normalise(wish: Wish): Normalised {
  const { behavior } = wish.spec;
  const rules = behavior === undefined ? undefined : rulesOf(behavior);
  const stabilized = rules === undefined ? stabilize(wish) : stabilizeBy(rules, wish);
  const wished = { ...wish, wanted: stabilized };
  const bound = rules === undefined ? boundPlainly(wished) : boundBy(rules, wished);
  return {
    replicas: bound.replicas,
    said: [
      ableToScale(wish, stabilized, rules !== undefined),
      { ...bound.said, type: 'ScalingLimited', status: bound.replicas === stabilized ? 'False' : 'True' },
    ],
  };
}

type FullRules = Required<Omit<HPAScalingRules, 'tolerance'>>;

interface Rules {
  readonly up: FullRules;
  readonly down: FullRules;
}

/** What is not said is as Kubernetes has it. */
const rulesOf = ({ scaleUp, scaleDown }: NonNullable<Wish['spec']['behavior']>): Rules => ({
  up: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
    ...scaleUp,
  },
  down: {
    stabilizationWindowSeconds: stabilization / 1000,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    ...scaleDown,
  },
});

const stabilize = ({ wanted, history, now }: Wish): number =>
  Math.max(
    wanted,
    ...history.recommendations.filter(({ at }) => at >= now - stabilization).map(({ replicas }) => replicas),
  );

/** The number stays within what was wanted at least and at most in the windows of both directions. */
function stabilizeBy({ up, down }: Rules, { wanted, current, history, now }: Wish): number {
  const since = (seconds: number): readonly number[] =>
    history.recommendations.filter(({ at }) => at > now - seconds * 1000).map(({ replicas }) => replicas);
  const lowest = Math.min(wanted, ...since(up.stabilizationWindowSeconds));
  const highest = Math.max(wanted, ...since(down.stabilizationWindowSeconds));
  return Math.min(Math.max(current, lowest), highest);
}

function ableToScale({ wanted, current }: Wish, stabilized: number, ruled: boolean): Said {
  const said = { type: 'AbleToScale', status: 'True' } as const;
  if (stabilized === wanted)
    return { ...said, reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
  const message = (were: string, which: string): string =>
    `recent recommendations were ${were} than current one, applying the ${which} recent recommendation`;
  if (ruled && wanted >= current)
    return { ...said, reason: 'ScaleUpStabilized', message: message('lower', 'lowest') };
  return { ...said, reason: 'ScaleDownStabilized', message: message('higher', 'highest') };
}

interface Bound {
  readonly replicas: number;
  readonly said: { readonly reason: string; readonly message: string };
}

const limits = {
  ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
  DesiredWithinRange: 'the desired count is within the acceptable range',
};

const bound = (replicas: number, reason: keyof typeof limits): Bound => ({
  replicas,
  said: { reason, message: limits[reason] },
});

/** At most twice as many at once, or four. */
function boundPlainly({ current, wanted, least, spec }: Wish): Bound {
  const limit = Math.max(2 * current, 4);
  if (wanted < least) return bound(least, 'TooFewReplicas');
  if (wanted > Math.min(limit, spec.maxReplicas))
    return spec.maxReplicas > limit
      ? bound(limit, 'ScaleUpLimit')
      : bound(spec.maxReplicas, 'TooManyReplicas');
  return bound(wanted, 'DesiredWithinRange');
}

function boundBy(rules: Rules, wish: Wish): Bound {
  const { current, wanted, least, spec } = wish;
  if (wanted > current) {
    const limit = Math.max(current, limitOf(rules.up, wish, 1));
    if (wanted > Math.min(limit, spec.maxReplicas))
      return spec.maxReplicas > limit
        ? bound(limit, 'ScaleUpLimit')
        : bound(spec.maxReplicas, 'TooManyReplicas');
  }
  if (wanted < current) {
    const limit = Math.min(current, limitOf(rules.down, wish, -1));
    if (wanted < Math.max(limit, least))
      return least < limit ? bound(limit, 'ScaleDownLimit') : bound(least, 'TooFewReplicas');
  }
  return bound(wanted, 'DesiredWithinRange');
}

/** How far the rules let the number go in one direction, counted from what it was when their period began. */
function limitOf(
  { policies, selectPolicy }: FullRules,
  { current, history, now }: Wish,
  direction: 1 | -1,
): number {
  if (selectPolicy === 'Disabled') return current;
  const proposed = policies.map(({ type, value, periodSeconds }) => {
    const changed = (entries: readonly Remembered[]): number =>
      entries
        .filter(({ at }) => at > now - periodSeconds * 1000)
        .reduce((total, { replicas }) => total + replicas, 0);
    const start = current - changed(history.ups) + changed(history.downs);
    if (type === 'Pods') return start + direction * value;
    // Rounded away from the start: a small share must not come to nothing.
    const share = start * (1 + (direction * value) / 100);
    return direction > 0 ? Math.ceil(share) : Math.trunc(share);
  });
  const isGreatest = (selectPolicy === 'Max') === direction > 0;
  return isGreatest ? Math.max(...proposed) : Math.min(...proposed);
}
