import { explain, type FairleadError, type Image } from '@fairlead/api';
import { type Clock, setCondition } from '@fairlead/kube';
import type { BuiltImage } from './ports.ts';

type Status = NonNullable<Image['status']>;

const withBuilt = (
  image: Image,
  clock: Clock,
  said: { status: 'True' | 'False' | 'Unknown'; reason: string; message: string },
): Pick<Status, 'conditions'> => ({
  conditions: setCondition(image.status?.conditions, { type: 'Built', ...said }, clock) as NonNullable<
    Status['conditions']
  >,
});

export const builtStatus = (
  image: Image,
  clock: Clock,
  { method, ...built }: BuiltImage & { method: NonNullable<Status['method']> },
): Status => ({
  ...built,
  method,
  ...(method === 'job' ? { job: image.metadata.name } : {}),
  ...withBuilt(image, clock, { status: 'True', reason: 'Built', message: `built by ${method}` }),
});

export const runningStatus = (image: Image, clock: Clock): Status => ({
  job: image.metadata.name,
  ...withBuilt(image, clock, {
    status: 'Unknown',
    reason: 'Building',
    message: `the Job ${image.metadata.name} builds it`,
  }),
});

export const failedStatus = (image: Image, clock: Clock, error: FairleadError): Status => ({
  ...(image.status?.job === undefined ? {} : { job: image.status.job }),
  ...withBuilt(image, clock, {
    status: 'False',
    reason: error.code,
    message: explain(error),
  }),
});
