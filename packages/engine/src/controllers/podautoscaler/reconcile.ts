import {
  type Condition,
  done,
  type EventNote,
  type HorizontalPodAutoscaler,
  horizontalPodAutoscalers,
  type MetricStatus,
  type ObjectName,
  type Outcome,
  type ResourceType,
  type Scale,
  setCondition,
  timestamp,
  waiting,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { messageOf } from '../pods/write.ts';
import { writeStatus } from '../status.ts';
import type { Told } from '../told.ts';
import { decideSize, type Decision } from './decide.ts';
import type { Memory } from './memory.ts';
import type { Metrics } from './metrics.ts';
import type { Said } from './normalise.ts';

export type AutoscalerContext = ControllerContext & {
  readonly memory: Memory;
  readonly metrics: Metrics;
  readonly told: Told;
};

/** How often measures are taken, in milliseconds. */
const period = 15_000;

/** Sets the number of pods by what they use. */
export async function reconcileAutoscaler(name: ObjectName, context: AutoscalerContext): Promise<Outcome> {
  const { cache, memory, told } = context;
  const autoscaler = cache.informer(horizontalPodAutoscalers).get(name);
  if (autoscaler === undefined) {
    memory.forget(name);
    told.forget(name);
    return done;
  }
  const early = memory.untilTurn(autoscaler, period, cache.clock.now());
  if (early > 0) return waiting(early);
  const target = await findTarget(autoscaler, context);
  const result = target instanceof Error ? noTarget(target) : await run(autoscaler, target, context);
  await writeStatus(
    {
      object: autoscaler,
      kind: horizontalPodAutoscalers,
      status: desiredStatus(autoscaler, result, context),
    },
    context,
  );
  for (const note of told.news(name, result.notes)) void context.recorder.record(autoscaler, note);
  return waiting(period);
}

/** What a pass came to. */
interface Result {
  readonly said: readonly Said[];
  /** What is worth telling as long as it is so. */
  readonly notes: readonly EventNote[];
  /** Absent when not even the present number is known. */
  readonly counts?: {
    readonly current: number;
    /** As it was before, when nothing could be decided. */
    readonly desired: number | undefined;
    readonly metrics: readonly MetricStatus[] | null;
    readonly rescaled: boolean;
  };
}

interface Target {
  readonly type: ResourceType;
  readonly scale: Scale;
}

async function findTarget(
  { metadata, spec: { scaleTargetRef: target } }: HorizontalPodAutoscaler,
  { client }: ControllerContext,
): Promise<Target | Error> {
  try {
    const { apiVersion = 'v1', kind, name } = target;
    const type = await client.discover({ apiVersion, kind });
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    if (type === undefined)
      return new Error(`no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`);
    const scale = await client.resource(type).scale.get({ namespace: metadata.namespace, name });
    return { type, scale };
  } catch (error) {
    return new Error(messageOf(error), { cause: error });
  }
}

function noTarget(error: Error): Result {
  const message = `the HPA controller was unable to get the target's current scale: ${error.message}`;
  return {
    said: [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message }],
    notes: [{ type: 'Warning', reason: 'FailedGetScale', message: error.message }],
  };
}

async function run(
  autoscaler: HorizontalPodAutoscaler,
  target: Target,
  context: AutoscalerContext,
): Promise<Result> {
  const { metadata, spec } = autoscaler;
  const { memory, cache } = context;
  const current = target.scale.spec?.replicas ?? 0;
  if (memory.of(metadata).recommendations.length === 0)
    memory.recommend(metadata, current, cache.clock.now());

  const decision = await decideSize({ autoscaler, scale: target.scale }, context);
  const { said, notes, desired, metrics } = decision;
  const before = { said: [gotScale, ...said], notes };
  if (desired === undefined || desired === current) {
    const rescaled = false;
    const kept = desired ?? (decision.disabled ? current : autoscaler.status?.desiredReplicas);
    return { ...before, counts: { current, desired: kept, metrics, rescaled } };
  }
  const change = await rescale(autoscaler, { target, decision, desired }, context);
  if (change.ok && spec.behavior !== undefined)
    memory.changed(metadata, desired - current, cache.clock.now());
  return {
    said: [...before.said, change.said],
    notes: [...notes, ...change.notes],
    counts: {
      current,
      desired: change.ok ? desired : autoscaler.status?.desiredReplicas,
      metrics,
      rescaled: change.ok,
    },
  };
}

const gotScale: Said = {
  type: 'AbleToScale',
  status: 'True',
  reason: 'SucceededGetScale',
  message: "the HPA controller was able to get the target's current scale",
};

async function rescale(
  autoscaler: HorizontalPodAutoscaler,
  wish: { readonly target: Target; readonly decision: Decision; readonly desired: number },
  { client, recorder }: ControllerContext,
): Promise<Pick<Result, 'notes'> & { readonly ok: boolean; readonly said: Said }> {
  const { target, decision, desired } = wish;
  const size = `New size: ${desired}; reason: ${decision.reason}`;
  const type = 'AbleToScale';
  try {
    await client.resource(target.type).scale.set(target.scale.metadata, desired);
    void recorder.record(autoscaler, { type: 'Normal', reason: 'SuccessfulRescale', message: size });
    const message = `the HPA controller was able to update the target scale to ${desired}`;
    return { ok: true, notes: [], said: { type, status: 'True', reason: 'SucceededRescale', message } };
  } catch (error) {
    const note = {
      type: 'Warning',
      reason: 'FailedRescale',
      message: `${size}; error: ${messageOf(error)}`,
    } as const;
    const message = `the HPA controller was unable to update the target scale: ${messageOf(error)}`;
    return {
      ok: false,
      notes: [note],
      said: { type, status: 'False', reason: 'FailedUpdateScale', message },
    };
  }
}

type Status = NonNullable<HorizontalPodAutoscaler['status']>;

function desiredStatus(
  { status }: HorizontalPodAutoscaler,
  { said, counts }: Result,
  { cache }: ControllerContext,
): Status {
  const conditions = said.reduce(
    (all: readonly Condition[], facts) => setCondition(all, facts, cache.clock),
    status?.conditions ?? [],
  );
  if (counts === undefined) return { desiredReplicas: 0, currentMetrics: null, ...status, conditions };
  const { current, desired = 0, metrics, rescaled } = counts;
  const lastScaleTime = rescaled ? timestamp(cache.clock.now()) : status?.lastScaleTime;
  return {
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    ...(current === 0 ? {} : { currentReplicas: current }),
    desiredReplicas: desired,
    currentMetrics: metrics,
    conditions,
  };
}
