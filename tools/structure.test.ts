import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

// Who may import whom. A room that is not named here may import only its own files.
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'packages/api': [],
  'packages/kube': [],
  'packages/engine': ['packages/kube'],
  'packages/cli': ['packages/api', 'packages/kube'],
  // The one command that starts the platform loads it when it runs.
  'packages/cli/src/commands/up': [
    'packages/cli',
    'packages/api',
    'packages/kube',
    'packages/platform',
    'packages/engine',
  ],
  'packages/cli/src/commands/engine': ['packages/cli', 'packages/api', 'packages/kube', 'packages/engine'],
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
  'packages/platform/src/server': ['packages/'],
};

const bannedNames = /(^|\/)(utils?|helpers?|common|manager|misc|shared)(\/|\.ts$)/;

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(file) && !file.startsWith('examples/apps/'));

const sources = files.filter((file) => /^packages\/[^/]+\/src\//.test(file));
const isTest = (file: string): boolean => /\.(test|conformance|fixture)\.ts$/.test(file);

const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)'([^']+)'/g)].map((match) => match[1] ?? '');

const packageOf = (name: string): string | undefined => /^@fairlead\/([a-z]+)/.exec(name)?.[1];

/** The folder or package an import leads to, as a path from the root; undefined for an outside one. */
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
  const wrong = sources
    .filter((file) => !isTest(file))
    .flatMap((file) =>
      importsOf(readFileSync(file, 'utf8'))
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
    .filter((file) => !isTest(file) && !roots.test(file))
    .filter((file) => /new Date\(\)/.test(readFileSync(file, 'utf8')));
  assert.deepEqual(wrong, []);
});

test('no shell is ever started with a command line', () => {
  const wrong = sources.filter((file) => /shell:\s*true/.test(readFileSync(file, 'utf8')));
  assert.deepEqual(wrong, []);
});

test('every dependency is pinned exactly and has its line in CONTRIBUTING', () => {
  const manifests = [
    'package.json',
    ...execFileSync('git', ['ls-files', 'packages/*/package.json'], { encoding: 'utf8' }).trim().split('\n'),
  ];
  const contributing = readFileSync('CONTRIBUTING.md', 'utf8');
  for (const manifest of manifests) {
    const content = JSON.parse(readFileSync(manifest, 'utf8')) as Record<
      string,
      Record<string, string> | undefined
    >;
    for (const [name, version] of Object.entries({
      ...content['dependencies'],
      ...content['devDependencies'],
    })) {
      assert.match(version, /^(npm:[^@]+@)?\d+\.\d+\.\d+[-.\w]*$/, `${manifest}: ${name} is not pinned`);
      if (!name.startsWith('@fairlead/'))
        assert.ok(contributing.includes(`\`${name}\``), `CONTRIBUTING does not say why ${name}`);
    }
  }
});
