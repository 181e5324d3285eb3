// P5: a pod from its creation to Ready, as a watch sees it, ten pods a second. The engine keeps them durably and listens in this process;
// the node agent is a process of its own, as on a machine. The anchor of the same run is what a bare start of the same command costs here.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Pod, pods, systemClock } from '../packages/kube/src/index.ts';
import { startEngine } from '../packages/engine/src/engine.ts';
import { endPods } from '../packages/engine/src/node/end-pods.ts';
import { RegistryFixture } from '../packages/engine/src/node/image/registry.fixture.ts';
import { printFigure, quantile } from './figure.ts';

const perSecond = 10;
const count = Number(process.argv[2] ?? 100);
const command = ['sleep', '1000'];
const node = 'local';

const once = (child: ChildProcess, event: string): Promise<unknown> =>
  new Promise((resolve) => child.once(event, resolve));

/** From the call to the moment at which the kernel has begun the command. */
const measureAnchor = async (): Promise<number[]> => {
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    const started = performance.now();
    const child = spawn(command[0] ?? '', command.slice(1), { stdio: 'ignore' });
    await once(child, 'spawn');
    times.push(performance.now() - started);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  return times;
};

/** Milliseconds of processor time, in which the kernel counts hundredths of a second. */
const cpuOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

await using stack = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), 'fairlead-p5-'));
stack.defer(() => rm(folder, { recursive: true, force: true }));
const kubeconfig = join(folder, 'kubeconfig');
const listen = { host: '127.0.0.1', port: 0, kubeconfig };
const engine = stack.use(
  await startEngine({ store: { data: join(folder, 'engine') }, listen, controllers: true }),
);
const client = createClient(engine.transport());
const registry = new RegistryFixture();
const served = stack.use(await registry.listen());
const image = await registry.add({ layers: [[{ name: 'app/x', content: 'x' }]] });

const settings = join(folder, 'node.json');
const registries = { [registry.host]: served.endpoint };
await writeFile(settings, JSON.stringify({ kubeconfig, nodeName: node, dataFolder: folder, registries }));
const main = join(import.meta.dirname, '../packages/engine/src/node/main.ts');
const agent = spawn(process.execPath, [main, settings], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
stack.defer(async () => {
  agent.send({ type: 'stop', pods: true });
  await once(agent, 'exit');
  await endPods({ dataFolder: folder, clock: systemClock });
});
await once(agent, 'message');

const created = new Map<string, number>();
const ready = new Map<string, number>();
const all = Promise.withResolvers<void>();
const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

const watching = new AbortController();
const watch = async (): Promise<void> => {
  for await (const { object } of client
    .resource(pods)
    .watch({ namespace: 'default', signal: watching.signal })) {
    if (!('spec' in object)) continue;
    const { name } = object.metadata;
    if (ready.has(name) || !isReady(object)) continue;
    ready.set(name, performance.now());
    if (ready.size === count + 1) all.resolve();
  }
};
const watched = watch().catch(() => {});

const create = async (name: string): Promise<void> => {
  created.set(name, performance.now());
  const containers = [{ name: 'main', image, command }];
  const spec = { terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, containers };
  const metadata = { namespace: 'default', name };
  await client.resource(pods).create({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
};

// The first brings the image.
await create('warm');
while (!ready.has('warm')) await new Promise((resolve) => setTimeout(resolve, 50));
const anchor = await measureAnchor();
const cpu = { agent: await cpuOf(agent.pid ?? 0), engine: process.cpuUsage() };
const begun = performance.now();
for (let at = 0; at < count; at++) {
  const due = begun + (at * 1000) / perSecond;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  void create(`pod-${at}`);
}
await all.promise;
const agentCpu = (await cpuOf(agent.pid ?? 0)) - cpu.agent;
const { user, system } = process.cpuUsage(cpu.engine);
watching.abort();
await watched;

const times = [...created]
  .filter(([name]) => name !== 'warm')
  .map(([name, at]) => (ready.get(name) ?? NaN) - at);
await printFigure('P5', [
  { name: 'a bare start of the command, p50', value: quantile(anchor, 0.5), unit: 'ms' },
  { name: 'create to Ready, p50', value: quantile(times, 0.5), unit: 'ms' },
  { name: 'create to Ready, p99', value: quantile(times, 0.99), unit: 'ms', budget: 'p99' },
  { name: 'processor time of the agent for a pod', value: agentCpu / count, unit: 'ms' },
  { name: 'processor time of the engine for a pod', value: (user + system) / 1000 / count, unit: 'ms' },
]);
