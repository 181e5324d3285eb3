import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKey } from '../../packages/engine/src/auth/issue.ts';
import { ensureComponent } from './components.ts';
import { controllerManagerFlags } from './flags.ts';
import { startGuard } from './guard.ts';
import { startPart } from './process.ts';

/** The engine as a process of its own, with kwok's fake nodes at work on it. */
export interface Foreign extends AsyncDisposable {
  /** The administrator's. */
  readonly kubeconfig: string;
}

const READY_MILLISECONDS = 30_000;

/**
 * Starts them, with the engine's own controllers or with Kubernetes'; the API serves when the promise resolves. Nothing
 * outlives this process.
 */
export const startForeign = async (controllers: 'own' | 'kubernetes'): Promise<Foreign> => {
  await using started = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-foreign-'));
  const guard = startGuard(folder);
  started.defer(() => guard.release());
  started.defer(() => rmSync(folder, { recursive: true, force: true }));
  const kubeconfig = join(folder, 'kubeconfig');
  const start = async (name: string, path: string, args: readonly string[]) => {
    const part = await startPart({ name, path, args, log: join(folder, `${name}.log`) });
    guard.watch(part.pid);
    started.defer(() => part.stop());
    return part;
  };
  const launcher = join(import.meta.dirname, '../../bin/fairlead');
  const options = ['--memory', '--api-listen', '127.0.0.1:0', '--kubeconfig', kubeconfig];
  const alone = controllers === 'kubernetes' ? ['--api-only'] : [];
  const engine = await start('engine', launcher, ['engine', ...options, ...alone]);
  await untilLine({ log: join(folder, 'engine.log'), ended: () => engine.ended() });
  if (controllers === 'kubernetes') {
    writeFileSync(join(folder, 'service-account.key'), newKey().export({ type: 'sec1', format: 'pem' }), {
      mode: 0o600,
    });
    await start('kube-controller-manager', ensureComponent('kube-controller-manager'), [
      ...controllerManagerFlags({ folder }),
      '--kube-api-content-type=application/json',
    ]);
  }
  const stages = join(import.meta.dirname, 'kwok/stages.yaml');
  await start('kwok', ensureComponent('kwok'), [
    `--kubeconfig=${kubeconfig}`,
    `--config=${stages}`,
    '--manage-all-nodes',
    '--node-lease-duration-seconds=40',
    '--node-ip=192.0.2.1',
    '--cidr=10.244.0.0/16',
  ]);
  const running = started.move();
  return { kubeconfig, [Symbol.asyncDispose]: () => running.disposeAsync() };
};

/** The engine says in one line that it serves. */
const untilLine = async (given: { readonly log: string; readonly ended: () => string | undefined }) => {
  const deadline = performance.now() + READY_MILLISECONDS;
  while (!readFileSync(given.log, 'utf8').startsWith('ready ')) {
    const ended = given.ended();
    if (ended !== undefined) throw new Error(ended);
    if (performance.now() > deadline) throw new Error('the engine is not ready in half a minute');
    await new Promise((next) => setTimeout(next, 50));
  }
};
