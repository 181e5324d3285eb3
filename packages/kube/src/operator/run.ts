import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { systemClock, systemRandom } from '../clock.ts';
import type { KubeconfigContext } from '../http/connection.ts';
import { findConnection } from '../http/in-cluster.ts';
import { openHttp } from '../http/open-http.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { rateLimited } from '../pace/rate-limit.ts';
import { retrying } from '../pace/retry.ts';
import type { Operator, RunningOperator } from './contract.ts';
import { answer } from './answer.ts';
import { startOperator } from './start.ts';

/** What is needed of a process; Node's `process` is one. */
export interface OperatorProcess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly stdin: { readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown };
  once(signal: 'SIGTERM' | 'SIGINT', handler: () => void): unknown;
}

const options = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  listen: { type: 'string' },
  'leader-elect': { type: 'boolean', default: false },
  'leader-namespace': { type: 'string' },
} as const;

/**
 * Runs an operator as the whole of a process, until SIGTERM or SIGINT:
 * `--kubeconfig FILE`, `--context NAME` (else `KUBECONFIG`, the pod's own account, `~/.kube/config`),
 * `--listen HOST:PORT` for `/healthz`, `/readyz` and `/metrics`, `--leader-elect` when several replicas run.
 */
export async function runOperator(operator: Operator, own: OperatorProcess): Promise<void> {
  const { argv, env, stdin, stderr } = own;
  const { values } = parseArgs({ args: argv.slice(2), options });
  const stop = new Promise<void>((resolve) => {
    own.once('SIGTERM', resolve);
    own.once('SIGINT', resolve);
  });
  const connection = await findConnection({ ...values, env, isInteractive: stdin.isTTY ?? false });
  await using started = new AsyncDisposableStack();
  const metrics = createMetrics();
  const running = started.use(
    startOperator(operator, {
      transport: openLine(connection, started),
      clock: systemClock,
      random: systemRandom,
      metrics,
      election: values['leader-elect']
        ? elect(operator, own, values['leader-namespace'] ?? connection.namespace)
        : undefined,
      onTrouble: (error) =>
        stderr.write(`${operator.name}: ${error instanceof Error ? error.message : String(error)}\n`),
    }),
  );
  void running.ready.then(
    () => stderr.write(`${operator.name} is at work\n`),
    () => {},
  );
  if (values.listen !== undefined) started.defer(await serve(values.listen, running, metrics));
  await stop;
}

/** As fast as Kubernetes' own controllers are: nobody takes a server for itself. */
const limit = { perSecond: 50, burst: 100 };

function openLine(connection: KubeconfigContext, started: AsyncDisposableStack) {
  const http = started.use(openHttp(connection));
  const retry = { clock: systemClock, random: systemRandom };
  return rateLimited(retrying(http.transport, retry), limit, systemClock);
}

function elect({ name }: Operator, { pid }: OperatorProcess, namespace: string) {
  const chance = Math.floor(systemRandom() * 2 ** 32).toString(16);
  return { lease: { namespace, name }, identity: `${hostname()}_${pid}_${chance}` };
}

async function serve(
  listen: string,
  operator: RunningOperator,
  metrics: Metrics,
): Promise<() => Promise<void>> {
  const colon = listen.lastIndexOf(':');
  const server = createServer((request, response) => {
    const { status, type, text } = answer(request.url ?? '', operator, metrics);
    response.writeHead(status, { 'content-type': type }).end(text);
  });
  server.listen({ host: listen.slice(0, colon) || undefined, port: Number(listen.slice(colon + 1)) });
  await once(server, 'listening');
  return () => end(server);
}

async function end(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
