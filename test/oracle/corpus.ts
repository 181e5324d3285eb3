import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './case.ts';

/** A file of cases; its name is also that of its transcript. */
export interface CorpusFile {
  readonly name: string;
  readonly cases: readonly Case[];
}

const FOLDER = join(import.meta.dirname, 'corpus');

/** Every module in `corpus/` exports its `cases`. `filter`: only files and cases with these words in their name or title. */
export const readCorpus = async (filter: readonly string[] = []): Promise<CorpusFile[]> => {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  const files = await Promise.all(names.map((name) => readFile(name, filter)));
  return files.filter(({ cases }) => cases.length > 0);
};

const readFile = async (name: string, filter: readonly string[]): Promise<CorpusFile> => {
  const { cases } = (await import(join(FOLDER, `${name}.ts`))) as { readonly cases: readonly Case[] };
  const isWanted = ({ title }: Case): boolean =>
    filter.length === 0 ||
    filter.some((word) => word === name || word.endsWith(`/${name}.ts`) || title.includes(word));
  return { name, cases: cases.filter(isWanted) };
};

/** The cases that are played with Kubernetes' own controllers, or those without. */
export const chosenOf = (files: readonly CorpusFile[], controllers: boolean) =>
  files.flatMap(({ name, cases }) =>
    cases.filter((one) => (one.controllers ?? false) === controllers).map((one) => ({ name, one })),
  );
