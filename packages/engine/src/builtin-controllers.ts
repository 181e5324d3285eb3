import { type Cache, type Clock, createClient, openCache, type Random, type Transport } from '@fairlead/kube';
import { component, MASTERS, type User } from './auth/user.ts';
import { startControllers } from './controllers/index.ts';
import { startScheduler } from './scheduler/index.ts';

/** Kubernetes' own controllers and its scheduler in this process, as clients like any other. */
export const startBuiltinControllers = async (given: Given): Promise<AsyncDisposable> => {
  const started = new AsyncDisposableStack();
  const open = (user: User): Cache => {
    const cache = cacheFor(user, given);
    started.defer(() => cache.close());
    return cache;
  };
  const { rootCa } = given;
  started.use(startControllers({ cache: open(component('kube-controller-manager', MASTERS)), rootCa }));
  started.use(startScheduler({ cache: open(component('kube-scheduler')) }));
  return started;
};

interface Given {
  readonly transport: (user: User) => Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly freeze: boolean;
  /** The authority of the server's certificate, if it listens. */
  readonly rootCa: string | undefined;
}

/** Each comes in as its own user, so that who wrote what can be told. */
const cacheFor = (user: User, { transport, clock, random, freeze }: Given): Cache => {
  const name = user.name.slice('system:'.length);
  const client = createClient(transport(user), { userAgent: name, fieldManager: name });
  return openCache({ client, clock, random, freeze });
};
