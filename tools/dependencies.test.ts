// What comes from outside: pinned, explained, declared where it is used, used where it is declared.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { test } from 'node:test';
import { importsOf, isTest, type Manifest, readManifest, repositoryFiles } from './files.ts';

const manifests = repositoryFiles('package.json', 'packages/*/package.json');
const all = ({ dependencies, devDependencies }: Manifest): [string, string][] =>
  Object.entries({ ...dependencies, ...devDependencies });

test('every dependency is pinned exactly and has its line in CONTRIBUTING', () => {
  const contributing = readFileSync('CONTRIBUTING.md', 'utf8');
  for (const manifest of manifests) {
    for (const [name, version] of all(readManifest(manifest))) {
      assert.match(version, /^(npm:[^@]+@)?\d+\.\d+\.\d+[-.\w]*$/, `${manifest}: ${name} is not pinned`);
      if (name.startsWith('@fairlead/')) continue;
      assert.ok(contributing.includes(`| \`${name}\` |`), `CONTRIBUTING does not say why ${name}`);
    }
  }
});

test('CONTRIBUTING explains no dependency that is gone', () => {
  const known = new Set(manifests.flatMap((manifest) => all(readManifest(manifest)).map(([name]) => name)));
  const table = readFileSync('CONTRIBUTING.md', 'utf8').split('## Dependencies')[1] ?? '';
  const explained = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '');
  assert.deepEqual(
    explained.filter((name) => !known.has(name)),
    [],
  );
});

/** `@scope/name/sub` → `@scope/name`. */
const packageNameOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

const isOutside = (name: string): boolean => !name.startsWith('.') && !isBuiltin(name);

const packages = manifests.filter((manifest) => manifest !== 'package.json');

for (const manifest of packages) {
  const folder = manifest.replace('/package.json', '');
  const files = repositoryFiles(`${folder}/*.ts`);
  const used = (chosen: readonly string[]): Set<string> =>
    new Set(
      chosen.flatMap((file) => importsOf(readFileSync(file, 'utf8')).filter(isOutside).map(packageNameOf)),
    );
  const declared = Object.keys(readManifest(manifest).dependencies ?? {});

  test(`${folder} declares what it imports`, () => {
    const imported = used(files.filter((file) => file.startsWith(`${folder}/src/`) && !isTest(file)));
    const own = `@fairlead/${folder.replace('packages/', '')}`;
    assert.deepEqual(
      [...imported].filter((name) => !declared.includes(name) && name !== own),
      [],
    );
  });

  test(`${folder} imports what it declares`, () => {
    const imported = used(files);
    assert.deepEqual(
      declared.filter((name) => !imported.has(name)),
      [],
    );
  });
}
