import { FairleadError } from '@fairlead/api/errors';
import { matchesPath, type NamedRuntime } from './runtime.ts';

/** Which runtime builds a source, and the reason in words. */
export interface Detection {
  readonly runtime: NamedRuntime;
  readonly why: string;
}

export interface DetectionRequest {
  readonly app: string;
  /** Paths of the source's files. */
  readonly paths: readonly string[];
  readonly runtimes: readonly NamedRuntime[];
  /** The name that the app's owner chose. */
  readonly chosen?: string | undefined;
}

/** Throws E_BUILD_NO_RUNTIME when none fits, E_BUILD_UNKNOWN_RUNTIME when the chosen one is not there. */
export const detectRuntime = (request: DetectionRequest): Detection => {
  if (request.chosen !== undefined) return chosenRuntime(request, request.chosen);
  const inOrder = byPriority(request.runtimes);
  for (const runtime of inOrder) {
    const file = markOf(runtime, request.paths);
    if (file !== undefined) return { runtime, why: `the source has ${file}` };
  }
  const files = [...new Set(inOrder.flatMap(({ spec }) => spec.detect.files))].join(', ');
  throw new FairleadError('E_BUILD_NO_RUNTIME', { app: request.app, files });
};

const chosenRuntime = ({ runtimes }: DetectionRequest, chosen: string): Detection => {
  const runtime = runtimes.find(({ name }) => name === chosen);
  if (runtime) return { runtime, why: 'the app names it' };
  const names = byPriority(runtimes).map(({ name }) => name);
  throw new FairleadError('E_BUILD_UNKNOWN_RUNTIME', { runtime: chosen, runtimes: names.join(', ') });
};

/** The first of the files that it looks for; its order says which one is the best reason. */
const markOf = ({ spec }: NamedRuntime, paths: readonly string[]): string | undefined => {
  for (const pattern of spec.detect.files) {
    const found = paths.find((path) => matchesPath(pattern, path));
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Lower numbers first; the name decides between equals, so that the answer never depends on the order of a list. */
const byPriority = (runtimes: readonly NamedRuntime[]): NamedRuntime[] =>
  runtimes.toSorted(
    (a, b) => (a.spec.priority ?? 100) - (b.spec.priority ?? 100) || (a.name < b.name ? -1 : 1),
  );
