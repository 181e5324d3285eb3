import {
  done,
  isControlledBy,
  type Job,
  jobs,
  type ObjectName,
  type Operator,
  type OperatorParts,
  type Outcome,
  type ReconcileContext,
  specChanged,
  unlessMissing,
  waiting,
} from '@fairlead/kube';
import { desiredJob, labels } from './children.ts';
import { decideEntry, type Step } from './decide.ts';
import { type CronTab, cronTabs, type Entry } from './tab.ts';

/** Runs Jobs at the times of the CronTabs. */
export const cronTab: Operator = {
  name: 'crontab',
  controllers: (parts) => [
    parts.start({
      name: 'crontab',
      for: cronTabs,
      when: specChanged,
      owns: [jobs],
      concurrency: 4,
      reconcile: reconcileTab(parts),
    }),
  ],
};

const reconcileTab =
  (parts: OperatorParts) =>
  async (name: ObjectName, context: ReconcileContext): Promise<Outcome> => {
    const tab = context.cache.informer(cronTabs).get(name);
    if (tab === undefined) return done;
    const children = gatherJobs(tab, context);
    await deleteOld(tab, children, context);
    const steps: Step[] = [];
    for (const entry of tab.spec.entries) steps.push(await advance(tab, entry, { parts, context }));
    await writeStatus(tab, steps, context);
    const next = nextOf(steps);
    return next === undefined ? done : waiting(Math.max(0, next - context.cache.clock.now()));
  };

const gatherJobs = (tab: CronTab, { cache }: ReconcileContext): readonly Job[] =>
  cache
    .informer(jobs)
    .byIndex('owned', tab.metadata.uid ?? '')
    .filter((job) => isControlledBy(job, tab));

/** Runs that are to come of entries that are no more; what runs may end, and what has ended goes with its table. */
async function deleteOld(tab: CronTab, children: readonly Job[], context: ReconcileContext): Promise<void> {
  const wanted = new Set(tab.spec.entries.map(({ name }) => name));
  const old = children.filter(
    ({ metadata, spec }) => spec.suspend === true && !wanted.has(metadata.labels?.[labels.entry] ?? ''),
  );
  for (const job of old) await remove(job, context);
}

interface Work {
  readonly parts: OperatorParts;
  readonly context: ReconcileContext;
}

/** Takes one entry as far as it goes; the last step says what it waits for. */
async function advance(tab: CronTab, entry: Entry, { parts, context }: Work): Promise<Step> {
  for (;;) {
    const jobs = gatherJobs(tab, context).filter(
      ({ metadata }) => metadata.labels?.[labels.entry] === entry.name,
    );
    const step = decideEntry(tab, entry, { jobs, now: context.cache.clock.now() });
    if (step.kind === 'wait' || step.kind === 'impossible') return step;
    await act(tab, { entry, step }, { parts, context });
  }
}

interface Move {
  readonly entry: Entry;
  readonly step: Exclude<Step, { readonly kind: 'wait' | 'impossible' }>;
}

async function act(tab: CronTab, { entry, step }: Move, { parts, context }: Work): Promise<void> {
  const { client, signal } = context;
  switch (step.kind) {
    case 'add':
      // Created, not applied: one that another process has started meanwhile must not be stopped again.
      await client.resource(jobs).create(desiredJob(tab, entry, step.at), { signal });
      return;
    case 'start':
      await client
        .resource(jobs)
        .patch(step.job.metadata, { type: 'merge', body: { spec: { suspend: false } } }, { signal });
      await parts.recorder.record(tab, {
        type: 'Normal',
        reason: 'Started',
        message: `Started Job ${step.job.metadata.name}.`,
      });
      return;
    case 'delete':
      await remove(step.job, context);
      return;
    default:
      throw new TypeError(`unknown step ${step satisfies never}`);
  }
}

const remove = async ({ metadata }: Job, { client, signal }: ReconcileContext): Promise<void> => {
  const { uid = '', resourceVersion = '' } = metadata;
  await client
    .resource(jobs)
    .delete(metadata, { propagationPolicy: 'Background', preconditions: { uid, resourceVersion }, signal })
    .catch(unlessMissing);
};

const nextOf = (steps: readonly Step[]): number | undefined => {
  const times = steps.flatMap((step) =>
    step.kind === 'wait' && Number.isFinite(step.until) ? [step.until] : [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
};

async function writeStatus(
  tab: CronTab,
  steps: readonly Step[],
  { client, signal }: ReconcileContext,
): Promise<void> {
  const { apiVersion, kind, metadata } = tab;
  const { name, namespace = '', generation = 0 } = metadata;
  const next = nextOf(steps);
  const problems = steps.flatMap((step, i) =>
    step.kind === 'impossible' ? [`${tab.spec.entries[i]?.name}: ${step.why}`] : [],
  );
  const status = {
    observedGeneration: generation,
    problems,
    ...(next !== undefined && { next: new Date(next).toISOString() }),
  };
  await client
    .resource(cronTabs)
    .status.apply({ apiVersion, kind, metadata: { name, namespace }, status }, { force: true, signal })
    .catch(unlessMissing);
}
