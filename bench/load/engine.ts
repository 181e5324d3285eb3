import { loadKubeconfig } from '@fairlead/kube/http';
import { startServer } from '../../test/clients/server.ts';
import type { Target } from './connection.ts';

export interface BenchEngine extends AsyncDisposable {
  readonly target: Target;
  readonly pids: readonly number[];
}

/** `fairlead engine` in a process and a data folder of its own, as a person runs it. */
export const startBenchEngine = async (...options: readonly string[]): Promise<BenchEngine> => {
  const server = await startServer({ durable: true, options });
  const { server: url, ca = '', token = '' } = await loadKubeconfig(server.kubeconfig);
  return {
    target: { url, ca, token },
    pids: [server.pid],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};
