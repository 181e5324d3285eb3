// Renders what is made from the code: docs/errors.md, docs/cli.md, docs/kinds/, and what would take long to load at
// each start as plain JSON. With --check it only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { register } from '@fairlead/api';
import { crdOf, kinds } from '@fairlead/api/schema';
import { stringify } from 'yaml';
import { CronTabKind } from '../examples/automation/crontab/tab.ts';
import { SecretPolicyKind } from '../examples/automation/secret-policy/policy.ts';
import { loadShippedRuntimes } from '../packages/platform/src/runtimes/load.ts';
import { renderCli } from './generate/commands.ts';
import { renderErrors } from './generate/errors.ts';
import { renderKind } from './generate/kind.ts';
import { renderKinds } from './generate/kube-kinds.ts';

/** The examples that bring a kind of their own. */
const automations = [
  { folder: 'crontab', kind: CronTabKind },
  { folder: 'secret-policy', kind: SecretPolicyKind },
];

const renderJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const outputs = new Map<string, string>([
  ['docs/errors.md', renderErrors(register)],
  ['docs/cli.md', await renderCli()],
  ['packages/api/src/generated/crds.json', renderJson(kinds.map(crdOf))],
  ['packages/platform/src/runtimes/generated/runtimes.json', renderJson(await loadShippedRuntimes())],
  ...[...renderKinds()].map(([file, text]) => [`packages/kube/src/kinds/generated/${file}`, text] as const),
  ...automations.map(
    ({ folder, kind }) => [`examples/automation/${folder}/crd.yaml`, stringify(crdOf(kind))] as const,
  ),
  ...kinds.map((kind) => [`docs/kinds/${kind.singular}.md`, renderKind(kind)] as const),
]);

const current = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const stale = [...outputs].filter(([path, text]) => current(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.log(`${path} is not what the code says: run  npm run generate`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}
