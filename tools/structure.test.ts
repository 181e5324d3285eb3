// Who may import whom, and other promises of the house that no linter knows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { importsOf, isTest, repositoryFiles } from './files.ts';

// A room that is not named here may import only its own files.
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'packages/api': [],
  'packages/kube': [],
  'packages/engine': ['packages/kube'],
  // These know the API from outside, as clients: they run against any Kubernetes.
  'packages/engine/src/controllers': [
    'packages/kube',
    'packages/engine/src/quota',
    // Which nodes a pod may run on is said there once.
    'packages/engine/src/scheduler',
    'packages/engine/src/schema/duration',
    'packages/engine/src/schema/quantity',
  ],
  'packages/engine/src/scheduler': ['packages/kube', 'packages/engine/src/schema/quantity'],
  'packages/engine/src/node': [
    'packages/kube',
    'packages/engine/src/http/node-connection',
    'packages/engine/src/schema/quantity',
  ],
  // These know bytes and values, and no requests.
  'packages/engine/src/store': ['packages/kube', 'packages/engine/src/private-folder'],
  'packages/engine/src/schema': ['packages/kube', 'packages/engine/src/cel'],
  'packages/engine/src/cel': ['packages/engine/src/schema', 'packages/engine/src/resources/formats'],
  'packages/engine/src/patch': ['packages/engine/src/schema', 'packages/engine/src/apply/granularity'],
  'packages/engine/src/apply': ['packages/kube', 'packages/engine/src/schema'],
  'packages/engine/src/quota': ['packages/kube', 'packages/engine/src/schema/quantity'],
  'packages/engine/src/auth': [
    'packages/kube',
    'packages/engine/src/private-folder',
    'packages/engine/src/schema/json',
  ],
  'packages/cli': ['packages/api', 'packages/kube'],
  // The two commands that start something load it when they run.
  'packages/cli/src/commands/up': ['packages/api', 'packages/kube', 'packages/platform', 'packages/cli'],
  'packages/cli/src/commands/engine': ['packages/api', 'packages/kube', 'packages/engine', 'packages/cli'],
  'packages/platform/src/oci': [],
  'packages/platform/src/registry': ['packages/platform/src/oci'],
  'packages/platform/src/runtimes': [],
  'packages/platform/src/builder': [
    'packages/api',
    'packages/platform/src/oci',
    'packages/platform/src/runtimes',
  ],
  'packages/platform/src/controllers': ['packages/api', 'packages/kube'],
  'packages/platform/src/router': ['packages/api', 'packages/kube'],
  'packages/platform/src/progress': ['packages/api', 'packages/kube'],
  'packages/platform/src/auth': ['packages/api', 'packages/kube'],
  'packages/platform/src/git': [
    'packages/api',
    'packages/kube',
    'packages/platform/src/progress',
    'packages/platform/src/auth',
  ],
  'packages/platform/src/gateway': [
    'packages/api',
    'packages/kube',
    'packages/platform/src/progress',
    'packages/platform/src/auth',
  ],
  // Operators as anybody writes them.
  'examples/automation': ['packages/api', 'packages/kube'],
  // The composition: the one room that knows everybody.
  'packages/platform/src/server': ['packages/'],
};

const bannedNames = /(^|\/)(utils?|helpers?|common|manager|misc|shared)(\/|\.ts$)/;

const files = repositoryFiles('*.ts', '*.tsx');
const sources = files.filter(
  (file) => /^(packages\/[^/]+\/src|examples\/automation)\//.test(file) && !isTest(file),
);
const textOf = (file: string): string => readFileSync(file, 'utf8');

const packageOf = (name: string): string | undefined => /^@fairlead\/([a-z]+)/.exec(name)?.[1];

/** The file or package that an import leads to, as a path from the root; undefined for an outside one. */
const targetOf = (file: string, name: string): string | undefined => {
  const own = packageOf(name);
  if (own !== undefined) return `packages/${own}`;
  return name.startsWith('.') ? normalize(join(dirname(file), name)) : undefined;
};

const roomOf = (file: string): string => {
  const rooms = Object.keys(mayImport).filter(
    (room) => file.startsWith(`${room}/`) || file.startsWith(`${room}.`),
  );
  const longest = rooms.sort((a, b) => b.length - a.length)[0];
  return longest ?? dirname(file);
};

const allowed = (room: string, target: string): boolean =>
  target.startsWith(room) || (mayImport[room] ?? []).some((other) => target.startsWith(other));

test('every import stays within the table of who may import whom', () => {
  const wrong = sources.flatMap((file) =>
    importsOf(textOf(file))
      .map((name) => targetOf(file, name))
      .filter((target) => target !== undefined)
      .filter((target) => !allowed(roomOf(file), target))
      .map((target) => `${file} → ${target}`),
  );
  assert.deepEqual(wrong, []);
});

test('no room is an attic', () => {
  assert.deepEqual(
    files.filter((file) => bannedNames.test(file)),
    [],
  );
});

test('nobody asks the machine for the time without a clock', () => {
  const roots = /(clock\.ts|\/main[^/]*\.ts|\/server\/|^packages\/cli\/)/;
  const wrong = sources
    .filter((file) => !roots.test(file))
    .filter((file) => /new Date\(\)/.test(textOf(file)));
  assert.deepEqual(wrong, []);
});

test('no shell is ever started with a command line', () => {
  assert.deepEqual(
    sources.filter((file) => /shell:\s*true/.test(textOf(file))),
    [],
  );
});

test('every error of the register is met somewhere', async () => {
  const { register } = await import('@fairlead/api');
  const code = sources.filter((file) => !file.endsWith('errors/register.ts')).map(textOf);
  const idle = Object.keys(register).filter(
    (name) => !code.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
  );
  assert.deepEqual(idle, []);
});
