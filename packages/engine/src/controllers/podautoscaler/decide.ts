import {
  type EventNote,
  type HorizontalPodAutoscaler,
  type LabelSelector,
  matchesSelector,
  type MetricStatus,
  type Pod,
  parseSelector,
  pods,
  type Scale,
} from '@fairlead/kube';
import { messageOf } from '../pods/write.ts';
import { MeasureError, measure, type Proposal } from './measure.ts';
import { normalise, type Said } from './normalise.ts';
import type { AutoscalerContext } from './reconcile.ts';

/** What an autoscaler has to go by. */
export interface Facts {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly scale: Scale;
}

export interface Decision {
  /** `undefined` when nothing is to be set. */
  readonly desired: number | undefined;
  readonly reason: string;
  readonly said: readonly Said[];
  readonly notes: readonly EventNote[];
  readonly metrics: readonly MetricStatus[] | null;
  /** Somebody has set the number to zero: it stays there. */
  readonly disabled: boolean;
}

const nothing: Decision = {
  desired: undefined,
  reason: '',
  said: [],
  notes: [],
  metrics: null,
  disabled: false,
};

/** The size that the target should have; the bounds come first, then the measures. */
export async function decideSize(facts: Facts, context: AutoscalerContext): Promise<Decision> {
  const { spec } = facts.autoscaler;
  const current = facts.scale.spec?.replicas ?? 0;
  const least = spec.minReplicas ?? 1;
  if (current === 0 && least !== 0) {
    const message = 'scaling is disabled since the replica count of the target is zero';
    return { ...nothing, disabled: true, said: [inactive('ScalingDisabled', message)] };
  }
  if (current > spec.maxReplicas) {
    const reason = 'Current number of replicas above Spec.MaxReplicas';
    return { ...nothing, desired: spec.maxReplicas, reason };
  }
  if (current < least)
    return { ...nothing, desired: least, reason: 'Current number of replicas below Spec.MinReplicas' };
  return decideByMetrics(facts, context);
}

const inactive = (reason: string, message: string): Said => ({
  type: 'ScalingActive',
  status: 'False',
  reason,
  message,
});

const warning = (reason: string, message: string): EventNote => ({ type: 'Warning', reason, message });

async function decideByMetrics(facts: Facts, context: AutoscalerContext): Promise<Decision> {
  const selected = selectPods(facts, context);
  if ('fault' in selected) return failed(selected.fault, { metrics: null, notes: selected.notes });
  const measured = await takeAll(facts, selected.pods, context);
  const { best, errors, metrics, notes } = measured;
  const current = facts.scale.spec?.replicas ?? 0;
  const [first] = errors;
  // With a measure that cannot be taken the number may grow by the others, and does not shrink.
  if (first !== undefined && (best === undefined || best.replicas < current)) {
    const count = facts.autoscaler.spec.metrics?.length ?? 0;
    const whole = `invalid metrics (${errors.length} invalid out of ${count}), first error is: ${first.whole}`;
    const said = inactive(first.reason, `the HPA was unable to compute the replica count: ${first.message}`);
    return failed(said, { metrics, notes: [...notes, warning('FailedComputeMetricsReplicas', whole)] });
  }
  return settle(facts, { best, metrics, notes }, context);
}

const failed = (said: Said, parts: Pick<Decision, 'metrics' | 'notes'>): Decision => ({
  ...nothing,
  ...parts,
  said: [said],
});

function settle(
  { autoscaler, scale }: Facts,
  found: Pick<Decision, 'metrics' | 'notes'> & { readonly best: Proposal | undefined },
  { memory, cache }: AutoscalerContext,
): Decision {
  const { metadata, spec } = autoscaler;
  const current = scale.spec?.replicas ?? 0;
  const wanted = found.best?.replicas ?? 0;
  const now = cache.clock.now();
  const history = memory.of(metadata);
  const result = normalise({ spec, current, wanted, least: spec.minReplicas ?? 1, history, now });
  memory.recommend(metadata, wanted, now);
  const metric = wanted > 0 ? (found.best?.metric ?? '') : '';
  const active = `the HPA was able to successfully calculate a replica count from ${found.best?.metric ?? ''}`;
  return {
    ...found,
    desired: result.replicas,
    reason: wanted > current ? `${metric} above target` : 'All metrics below target',
    said: [
      { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: active },
      ...result.said,
    ],
    disabled: false,
  };
}

type Selected =
  | { readonly pods: readonly Pod[] }
  | { readonly fault: Said; readonly notes: readonly EventNote[] };

/** The pods of the target. Two autoscalers over the same pods would fight. */
function selectPods(
  { autoscaler: { metadata }, scale }: Facts,
  { cache, memory }: AutoscalerContext,
): Selected {
  const fault = (reason: string, message: string, event = warning(reason, message)): Selected => ({
    fault: inactive(reason, message),
    notes: [event, warning('FailedComputeMetricsReplicas', event.message)],
  });
  const text = scale.status.selector ?? '';
  if (text === '') {
    const message = "the HPA target's scale is missing a selector";
    return fault('InvalidSelector', message, warning('SelectorRequired', 'selector is required'));
  }
  const selector = readSelector(text);
  if (selector instanceof Error) {
    const why = `couldn't convert selector into a corresponding internal selector object: ${selector.message}`;
    return fault('InvalidSelector', why);
  }
  memory.selects(metadata, text);
  const own = cache
    .informer(pods)
    .list(metadata.namespace)
    .filter((pod) => matchesSelector(selector, pod.metadata.labels));
  const rivals = memory
    .selectors(metadata.namespace)
    .filter(([, other]) => own.some((pod) => matchesSelector(parseSelector(other), pod.metadata.labels)))
    .map(([key]) => key);
  if (rivals.length <= 1) return { pods: own };
  const message = `pods by selector ${text} are controlled by multiple HPAs: [${rivals.toSorted().join(' ')}]`;
  return fault('AmbiguousSelector', message);
}

function readSelector(text: string): LabelSelector | Error {
  try {
    return parseSelector(text);
  } catch (error) {
    return new Error(messageOf(error), { cause: error });
  }
}

interface Measured {
  /** The one that asks for most. */
  readonly best: Proposal | undefined;
  readonly errors: readonly MeasureError[];
  readonly metrics: readonly MetricStatus[];
  readonly notes: readonly EventNote[];
}

async function takeAll(
  { autoscaler: { metadata, spec }, scale }: Facts,
  own: readonly Pod[],
  { cache, metrics }: AutoscalerContext,
): Promise<Measured> {
  const subject = { namespace: metadata.namespace ?? 'default', scale, pods: own, now: cache.clock.now() };
  const results: (Proposal | MeasureError)[] = [];
  for (const one of spec.metrics ?? []) {
    results.push(
      await measure(one, subject, metrics).catch((error: unknown) => {
        if (error instanceof MeasureError) return error;
        throw error;
      }),
    );
  }
  const errors = results.filter((result) => result instanceof MeasureError);
  const proposals = results.filter((result): result is Proposal => !(result instanceof MeasureError));
  return {
    best: proposals.reduce(
      (best: Proposal | undefined, one) => (best === undefined || one.replicas > best.replicas ? one : best),
      undefined,
    ),
    errors,
    metrics: results.map((result) => (result instanceof MeasureError ? { type: '' } : result.status)),
    notes: errors.map(({ reason, message }) => warning(reason, message)),
  };
}
