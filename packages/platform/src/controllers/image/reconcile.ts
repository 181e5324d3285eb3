import { FairleadError, type Image } from '@fairlead/api';
import {
  applyOwned,
  done,
  findCondition,
  jobs,
  type ObjectName,
  type Outcome,
  type ReconcileContext,
  secrets,
  stalled,
  waiting,
} from '@fairlead/kube';
import { images } from '../kinds.ts';
import { writeStatus } from '../write-status.ts';
import { desiredJob, desiredSecret } from './children.ts';
import { explainBuild } from './evidence.ts';
import { gatherJob, timeLeft } from './facts.ts';
import type { ImagePorts } from './ports.ts';
import { type ImageStory, imageStatus } from './status.ts';

/** The life of a build: it exists already, or known layers are put together, or a Job builds it. */
export const reconcileImage =
  (ports: ImagePorts) =>
  async (name: ObjectName, context: ReconcileContext): Promise<Outcome> => {
    const image = context.cache.informer(images).get(name);
    if (image === undefined || image.metadata.deletionTimestamp !== undefined) return done;
    if (image.status?.reference !== undefined) return done;
    if (findCondition(image.status?.conditions, 'Built')?.status === 'False') return stalled('BuildFailed');

    const story = await build(image, context, ports).catch((error: unknown) => mishap(image, error, context));
    await tell(image, story, context);
    return outcomeOf(story, image, context);
  };

const outcomeOf = (story: ImageStory, image: Image, { cache }: ReconcileContext): Outcome => {
  switch (story.kind) {
    case 'built':
      return done;
    case 'building':
      return waiting(timeLeft(image, cache.clock.now()));
    case 'hindered':
      throw story.error;
    case 'failed':
      return stalled(story.error.code);
    default:
      throw new TypeError(`unknown story ${story satisfies never}`);
  }
};

const build = async (image: Image, context: ReconcileContext, ports: ImagePorts): Promise<ImageStory> => {
  const job = gatherJob(image, context.cache);
  const found = await ports.find(image);
  if (found !== undefined) return { kind: 'built', built: found, method: job ? 'job' : 'existing' };
  if (job !== undefined) {
    const failure = await explainBuild(image, job, context);
    return failure === undefined ? { kind: 'building' } : { kind: 'failed', error: failure };
  }
  const composed = await ports.compose(image);
  if (composed !== undefined) return { kind: 'built', built: composed, method: 'compose' };
  await startJob(image, context, ports);
  return { kind: 'building' };
};

const startJob = async (
  image: Image,
  { client, signal }: ReconcileContext,
  ports: ImagePorts,
): Promise<void> => {
  const steps = await ports.steps(image);
  const credential = await ports.credential(image, image.spec.timeoutSeconds);
  await applyOwned(client, secrets, { owner: image, object: desiredSecret(image, credential), signal });
  await applyOwned(client, jobs, { owner: image, object: desiredJob(image, steps), signal });
};

/** An error of the register is final. Anything else may go away by itself, until the build's time is up. */
const mishap = (image: Image, error: unknown, { cache }: ReconcileContext): ImageStory => {
  if (error instanceof FairleadError) return { kind: 'failed', error };
  if (timeLeft(image, cache.clock.now()) > 0) return { kind: 'hindered', error };
  const { spec } = image;
  const details = { app: spec.app, step: 'compose', seconds: spec.timeoutSeconds, log: String(error) };
  return { kind: 'failed', error: new FairleadError('E_BUILD_TIMEOUT', details, { cause: error }) };
};

const tell = (image: Image, story: ImageStory, { client, cache }: ReconcileContext): Promise<void> =>
  writeStatus(client, { kind: images, object: image, status: imageStatus(image, story, cache.clock) });
