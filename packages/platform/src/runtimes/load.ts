import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A Runtime object to apply. */
export interface RuntimeManifest {
  readonly apiVersion: string;
  readonly kind: 'Runtime';
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

/** The runtimes that ship with the platform: the YAML files beside this one. */
export const loadShippedRuntimes = async (): Promise<RuntimeManifest[]> => {
  const folder = import.meta.dirname;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    names.map(async (name) => {
      const manifest: unknown = parse(await readFile(join(folder, name), 'utf8'));
      return (await inlineContent(manifest, folder)) as RuntimeManifest;
    }),
  );
};

/** Helper files are files of their own here, and text in the object: `contentFrom: FILE` becomes `content: …`. */
const inlineContent = async (value: unknown, folder: string): Promise<unknown> => {
  if (Array.isArray(value)) return Promise.all(value.map((entry) => inlineContent(entry, folder)));
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).map(async ([key, entry]) =>
    key === 'contentFrom'
      ? ['content', await readFile(join(folder, String(entry)), 'utf8')]
      : [key, await inlineContent(entry, folder)],
  );
  return Object.fromEntries(await Promise.all(pairs));
};
