import { createRecorder } from '../apply/recorder.ts';
import type { Pass } from '../controller/contract.ts';
import { startController } from '../controller/controller.ts';
import type { Cache } from '../informer/contract.ts';
import type { OperatorParts } from './contract.ts';

export interface PartsOptions {
  readonly name: string;
  readonly cache: Cache;
  readonly onPass: (pass: Pass) => void;
  readonly onLost?: ((error: unknown) => void) | undefined;
}

/** What is made from one cache, for the controllers of one operator. */
export function createParts({ name, cache, onPass, onLost }: PartsOptions): OperatorParts {
  const { client, clock, random } = cache;
  return {
    client,
    cache,
    clock,
    random,
    recorder: createRecorder({ client, clock, component: name, ...(onLost && { onLost }) }),
    start: (options) =>
      startController({
        ...options,
        cache,
        onPass: (pass) => {
          onPass(pass);
          options.onPass?.(pass);
        },
      }),
  };
}
