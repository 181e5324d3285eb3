import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FairleadError, renderError } from '@fairlead/api/errors';
import { createRegistryClient } from '../oci/client.ts';
import { isDigest } from '../oci/digest.ts';
import { exportImage } from './steps/export.ts';
import { fetchSource } from './steps/fetch.ts';
import { whileAway } from './steps/patience.ts';

// Runs in the containers of a build: main.ts fetch|export --registry URL --repository NAME --order DIGEST --work DIR,
// with the credential in REGISTRY_TOKEN. What it writes is the log of the build.

const steps = { fetch: fetchSource, export: exportImage } as const;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const run = async (): Promise<void> => {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    options: { registry: text, repository: text, order: text, work: text },
    allowPositionals: true,
  });
  const { registry, repository, order, work } = values;
  const step = positionals[0] === 'fetch' || positionals[0] === 'export' ? steps[positionals[0]] : undefined;
  if (!step || !registry || !repository || !work || !order || !isDigest(order)) {
    throw new Error('usage: main.ts fetch|export --registry URL --repository NAME --order DIGEST --work DIR');
  }
  const token = process.env.REGISTRY_TOKEN;
  const client = createRegistryClient({
    send: fetch,
    origin: registry,
    authorization: () => (token === undefined ? undefined : `Bearer ${token}`),
  });
  const context = { repository: client.repository(repository), order, work, say };
  await whileAway(() => step(context), { now: () => Date.now(), sleep: setTimeout, say });
};

/** A person's mistake without a stack, a bug with it. */
const describe = (error: unknown): string => {
  if (error instanceof FairleadError) return renderError(error);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

try {
  await run();
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
}
