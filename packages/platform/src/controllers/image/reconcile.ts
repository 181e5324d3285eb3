import { FairleadError, type Image, labels } from '@fairlead/api';
import {
  applyOwned,
  done,
  findCondition,
  type Job,
  jobs,
  type ObjectName,
  type Outcome,
  pods,
  type ReconcileContext,
  secrets,
  stalled,
} from '@fairlead/kube';
import { images } from '../kinds.ts';
import { lastLines } from '../release/evidence.ts';
import { writeStatus } from '../write-status.ts';
import { desiredJob, desiredSecret } from './children.ts';
import type { BuiltImage, ImagePorts } from './ports.ts';
import { builtStatus, failedStatus, runningStatus } from './status.ts';

/** The life of a build: it exists already, or known layers are put together, or a Job builds it. */
export const reconcileImage =
  (ports: ImagePorts) =>
  async (name: ObjectName, context: ReconcileContext): Promise<Outcome> => {
    const image = context.cache.informer(images).get(name);
    if (image === undefined || image.metadata.deletionTimestamp !== undefined) return done;
    if (findCondition(image.status?.conditions, 'Built')?.status === 'False') return stalled('BuildFailed');
    try {
      await build(image, context, ports);
      return done;
    } catch (error) {
      if (!(error instanceof FairleadError)) throw error;
      await report(image, context, failedStatus(image, context.cache.clock, error));
      return stalled(error.code);
    }
  };

const build = async (image: Image, context: ReconcileContext, ports: ImagePorts): Promise<void> => {
  if (image.status?.reference !== undefined) return;
  const found = await ports.find(image);
  if (found !== undefined) return finish(image, context, { built: found, method: methodSoFar(image) });
  const job = context.cache.informer(jobs).get(image.metadata);
  if (job === undefined) {
    const composed = await ports.compose(image);
    if (composed !== undefined) return finish(image, context, { built: composed, method: 'compose' });
    return startJob(image, context, ports);
  }
  const failure = findCondition(job.status?.conditions, 'Failed');
  if (failure?.status === 'True') throw await explainBuild(image, job, context);
};

const startJob = async (image: Image, context: ReconcileContext, ports: ImagePorts): Promise<void> => {
  const { client, cache } = context;
  const steps = await ports.steps(image);
  const credential = await ports.credential(image, image.spec.timeoutSeconds);
  await applyOwned(client, secrets, { owner: image, object: desiredSecret(image, credential) });
  await applyOwned(client, jobs, { owner: image, object: desiredJob(image, steps) });
  await report(image, context, runningStatus(image, cache.clock));
};

// A result that is there when a Job was started is that Job's.
const methodSoFar = (image: Image) => (image.status?.job === undefined ? 'existing' : 'job');

const finish = (
  image: Image,
  context: ReconcileContext,
  { built, method }: { built: BuiltImage; method: 'existing' | 'compose' | 'job' },
): Promise<void> => report(image, context, builtStatus(image, context.cache.clock, { ...built, method }));

const report = (
  image: Image,
  { client }: ReconcileContext,
  status: NonNullable<Image['status']>,
): Promise<void> => writeStatus(client, { kind: images, object: image, status });

/** Which step failed, and the last it said. */
const explainBuild = async (
  image: Image,
  job: Job,
  { client, cache }: ReconcileContext,
): Promise<FairleadError> => {
  const pod = cache
    .informer(pods, { labelSelector: labels.app })
    .list(image.metadata.namespace)
    .find(({ metadata }) => metadata.labels?.[labels.image] === image.metadata.name);
  const statuses = [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])];
  const broken = statuses.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  const open = statuses.find(({ state }) => state?.running !== undefined) ?? broken;
  const reason = findCondition(job.status?.conditions, 'Failed')?.reason;
  const step = (reason === 'DeadlineExceeded' ? open : broken)?.name ?? 'start';
  const log =
    pod === undefined ? '(no log)' : await lastLines(client, pod, { container: step, previous: false });
  const details = { app: image.spec.app, step, log };
  return reason === 'DeadlineExceeded'
    ? new FairleadError('E_BUILD_TIMEOUT', { ...details, seconds: image.spec.timeoutSeconds })
    : new FairleadError('E_BUILD_FAILED', {
        ...details,
        exitCode: broken?.state?.terminated?.exitCode ?? -1,
      });
};
