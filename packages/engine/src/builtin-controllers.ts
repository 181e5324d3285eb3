import { type Clock, createClient, openCache, type Random, type Transport } from '@fairlead/kube';
import { component, type User } from './auth/user.ts';
import { startControllers } from './controllers/index.ts';

/** Kubernetes' own controllers in this process, as clients like any other. */
export const startBuiltinControllers = async (given: {
  readonly transport: (user: User) => Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly freeze: boolean;
}): Promise<AsyncDisposable> => {
  const started = new AsyncDisposableStack();
  const { clock, random, freeze } = given;
  const client = createClient(given.transport(component('kube-controller-manager')), {
    userAgent: 'kube-controller-manager',
  });
  const cache = openCache({ client, clock, random, freeze });
  started.defer(() => cache.close());
  started.use(startControllers({ cache }));
  return started;
};
