import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** The repository's own files of these patterns, also those that are not committed yet. */
export const repositoryFiles = (...patterns: readonly string[]): string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...patterns], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(file) && !file.startsWith('examples/apps/'));

/** Tests, and what only tests use. */
export const isTest = (file: string): boolean => /\.(test|conformance|fixture)\.ts$/.test(file);

export interface Manifest {
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;

/** What a file imports, by the names that it writes. */
export const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)'([^']+)'/g)].map((match) => match[1] ?? '');
