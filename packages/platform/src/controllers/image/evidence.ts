import { FairleadError, type Image } from '@fairlead/api';
import type { ContainerStatus, Pod, ReconcileContext } from '@fairlead/kube';
import { lastLines } from '../last-lines.ts';
import { lastingTrouble } from '../pod-state.ts';
import { type BuildJob, failureOf, isComplete, timeLeft } from './facts.ts';

/** Why a build is over without an image, with the last words of the step; undefined while it goes on. */
export const explainBuild = async (
  image: Image,
  build: BuildJob,
  context: ReconcileContext,
): Promise<FairleadError | undefined> => {
  const { app } = image.spec;
  const failure = failureOf(build);
  if (failure === undefined && timeLeft(image, context.cache.clock.now()) <= 0)
    return tooLate(image, build, context);
  if (failure?.reason === 'DeadlineExceeded') return tooLate(image, build, context);
  if (failure !== undefined) return stepFailed(image, build, context);
  if (isComplete(build)) return new FairleadError('E_BUILD_LOST', { app, job: build.job.metadata.name });
  const stuck = build.pods.map(lastingTrouble).find((trouble) => trouble?.kind === 'refused');
  return stuck?.kind === 'refused'
    ? new FairleadError('E_BUILD_STUCK', {
        app,
        image: image.metadata.name,
        step: stuck.container,
        reason: stuck.reason,
      })
    : undefined;
};

const stepFailed = async (
  { spec }: Image,
  build: BuildJob,
  context: ReconcileContext,
): Promise<FairleadError> => {
  const broken = findStep(build, ({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  return new FairleadError('E_BUILD_FAILED', {
    app: spec.app,
    step: broken?.name ?? 'start',
    exitCode: broken?.state?.terminated?.exitCode ?? -1,
    log: await logOf(broken, context),
  });
};

/** The step that ran when the time was up; it may have been ended meanwhile. */
const tooLate = async (
  { spec }: Image,
  build: BuildJob,
  context: ReconcileContext,
): Promise<FairleadError> => {
  const open =
    findStep(build, ({ state }) => state?.running !== undefined) ??
    findStep(build, ({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  return new FairleadError('E_BUILD_TIMEOUT', {
    app: spec.app,
    step: open?.name ?? 'start',
    seconds: spec.timeoutSeconds,
    log: await logOf(open, context),
  });
};

interface Step extends ContainerStatus {
  readonly pod: Pod;
}

const findStep = ({ pods }: BuildJob, is: (status: ContainerStatus) => boolean): Step | undefined => {
  for (const pod of pods) {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    const found = [...initContainerStatuses, ...containerStatuses].find(is);
    if (found !== undefined) return { ...found, pod };
  }
  return undefined;
};

const logOf = async (step: Step | undefined, { client, signal }: ReconcileContext): Promise<string> =>
  step === undefined
    ? '(no log: its pod is gone)'
    : lastLines(client, { pod: step.pod.metadata, container: step.name, signal });
