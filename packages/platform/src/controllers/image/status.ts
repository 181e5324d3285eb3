import { explain, type FairleadError, type Image } from '@fairlead/api';
import type { Clock } from '@fairlead/kube';
import { type Observation, observe } from '../condition.ts';
import { buildName } from '../names.ts';
import type { BuiltImage } from './ports.ts';

type Status = NonNullable<Image['status']>;

/** How a build stands. */
export type ImageStory =
  | { readonly kind: 'built'; readonly built: BuiltImage; readonly method: NonNullable<Status['method']> }
  /** A Job builds it. */
  | { readonly kind: 'building' }
  /** Something outside did not work; it is tried again. */
  | { readonly kind: 'hindered'; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: FairleadError };

/** The reason of a build that is held up by something outside. */
export const hindered = 'Hindered';

export const imageStatus = (image: Image, story: ImageStory, clock: Clock): Status => {
  const { digest, reference, processes } = story.kind === 'built' ? story.built : {};
  const byJob = story.kind === 'building' || (story.kind === 'built' && story.method === 'job');
  const job = byJob ? buildName(image) : image.status?.job;
  return {
    ...(digest === undefined ? {} : { digest, reference, processes }),
    ...(story.kind === 'built' ? { method: story.method } : {}),
    ...(job === undefined ? {} : { job }),
    conditions: observe(image, [{ type: 'Built', ...saidOf(image, story) }], clock),
  };
};

const saidOf = (image: Image, story: ImageStory): Omit<Observation, 'type'> => {
  switch (story.kind) {
    case 'built':
      return { status: 'True', reason: 'Built', message: wordsFor[story.method] };
    case 'building':
      return { status: 'Unknown', reason: 'Building', message: `the Job ${buildName(image)} builds it` };
    case 'hindered':
      return { status: 'Unknown', reason: hindered, message: `is tried again: ${String(story.error)}` };
    case 'failed':
      return { status: 'False', reason: story.error.code, message: explain(story.error) };
    default:
      throw new TypeError(`unknown story ${story satisfies never}`);
  }
};

const wordsFor = {
  existing: 'was in the registry',
  compose: 'put together from known layers',
  job: 'built in a Job',
} as const;
