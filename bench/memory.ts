// P8: what one more pod takes in memory: the slope from 1,000 to 20,000 pods of a running engine, each measured when
// it has been idle long enough to have given back what the load left.
import { request } from 'node:https';
import { printFigure } from './figure.ts';
import { type BenchEngine, startBenchEngine } from './load/engine.ts';
import { memoryOf } from './load/process-cost.ts';
import { runLoad } from './load/run-load.ts';

const [few, many] = [1000, 20_000];
const idle = 30_000;

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Pods run as somebody: without its controllers an engine has no service accounts. */
const createServiceAccount = ({ target: { url, ca, token } }: BenchEngine): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const path = `${url}/api/v1/namespaces/default/serviceaccounts`;
    const asked = request(path, { method: 'POST', ca, headers, agent: false }, (answer) => {
      answer.resume();
      if (answer.statusCode === 201 || answer.statusCode === 409) resolve();
      else reject(new Error(`the service account was answered with ${answer.statusCode}`));
    });
    asked.once('error', reject);
    asked.end(JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }));
  });

await using engine = await startBenchEngine('--api-only');
await createServiceAccount(engine);
const memoryWith = async (first: number, count: number): Promise<number> => {
  const { target } = engine;
  await runLoad({ target, namespace: 'default', clients: 16, work: { kind: 'create-pods', first, count } });
  await wait(idle);
  return memoryOf(engine.pids);
};
const atFew = await memoryWith(0, few);
const atMany = await memoryWith(few, many - few);
await printFigure('P8', [
  { name: `memory with ${few} pods`, value: atFew, unit: 'MB' },
  { name: `memory with ${many} pods`, value: atMany, unit: 'MB' },
  { name: 'one more pod', value: ((atMany - atFew) * 1024) / (many - few), unit: 'KB', budget: 'pod' },
]);
