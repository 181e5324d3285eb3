// `npm run conformance [-- words]`: Kubernetes' own conformance tests against the engine and kwok's fake nodes; those
// that `areas.ts` names, or whose names match the words. Fails when one does that is not known to.
import { startForeign } from '../cluster/foreign.ts';
import { addNodes } from './nodes.ts';
import { areas, known } from './areas.ts';
import { type Result, runSuite } from './suite.ts';

const words = process.argv.slice(2).join(' ');
const focus = words === '' ? `(${areas.join('|')}).*\\[Conformance\\]` : words;
const skip = known.map(({ tests }) => tests).join('|');

await using cluster = await startForeign('own');
await addNodes(cluster.kubeconfig, ['one', 'two']);
const results = await runSuite({ kubeconfig: cluster.kubeconfig, focus, skip, minutes: 60 });

const line = ({ name, passed, why, seconds }: Result): string =>
  `${passed ? '✔' : '✘'} ${name} (${seconds.toFixed(1)} s)${passed ? '' : `\n    ${why}`}`;
console.log(results.map(line).join('\n'));
if (words === '') for (const { tests, reason } of known) console.log(`– ${tests}: ${reason}`);
const passed = results.filter((one) => one.passed).length;
console.log(`${passed} passed, ${results.length - passed} failed`);
if (passed < results.length || results.length === 0) process.exitCode = 1;
