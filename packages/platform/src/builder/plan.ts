import { FairleadError } from '@fairlead/api/errors';
import { dependencyInputs, fitsProcess, procfileName, type SourceFacts } from './facts.ts';
import { hashOf } from './key.ts';
import { fixedVariables, imageFolder, launchScript } from './launch.ts';
import { type Processes, parseProcfile } from './procfile.ts';
import type { HelperFile, ImageRecipe, Platform } from './recipe.ts';
import type { NamedRuntime } from './runtime.ts';

/** Everything that a build is decided by. */
export interface PlanRequest {
  readonly app: string;
  readonly facts: SourceFacts;
  readonly runtime: NamedRuntime;
  readonly platform: Platform;
  /** What the runtime's own tools say of themselves; empty when the base image decides. */
  readonly toolchain: string;
  /** The app brings its own commands, so the source need not have any. */
  readonly ownCommands?: boolean;
}

/** Goes into every key: a change of what this code makes of the same inputs must make new images. */
const format = 2;

/** The image that a source becomes. The same request gives the same recipe. Throws errors of the register. */
export const planImage = (request: PlanRequest): ImageRecipe => {
  const { facts, runtime, platform, toolchain } = request;
  requireServed(runtime);
  const dependencies = dependencyKey(request);
  const processes = processesOf(request);
  if (Object.keys(processes).length === 0 && !request.ownCommands) throw nothingToStart(request);
  const key = hashOf({
    format,
    source: facts.source.layer.digest,
    runtime,
    platform,
    toolchain,
    dependencies,
  });
  return {
    key,
    platform,
    source: { digest: facts.source.digest, layer: facts.source.layer },
    files: imageFiles(runtime),
    env: fixedVariables(runtime.spec),
    processes,
    ...(dependencies === undefined ? {} : { dependencies: { key: dependencies } }),
  };
};

/** The same inputs make the same dependency layer; nothing else of the source or the runtime touches it. */
export const dependencyKey = (request: Omit<PlanRequest, 'app'>): string | undefined => {
  const { facts, runtime, platform, toolchain } = request;
  const { base, dependencies } = runtime.spec;
  const inputs = dependencyInputs(facts, runtime.spec);
  if (dependencies === undefined || inputs.length === 0) return undefined;
  const { command, helperFiles } = dependencies;
  return hashOf({ format, inputs, command, helperFiles, base, platform, toolchain });
};

const requireServed = ({ name, spec }: NamedRuntime): void => {
  if (spec.base === undefined) return;
  throw new FairleadError('E_API_REFUSED', {
    what: `the runtime ${name} cannot build here`,
    reason: "base images are not served yet; without one the machine's own toolchain is used",
  });
};

const processesOf = ({ app, facts, runtime: { spec } }: PlanRequest): Processes => {
  const procfile = facts.texts.get(procfileName);
  if (procfile !== undefined) return parseProcfile(procfile, app);
  const found: Record<string, { command: string[] }> = {};
  for (const process of spec.processes ?? []) {
    // The first that fits wins, for each name.
    if (found[process.name] === undefined && fitsProcess(facts, spec, process)) {
      found[process.name] = { command: process.command };
    }
  }
  return found;
};

const nothingToStart = ({ app, runtime: { name, spec } }: PlanRequest): FairleadError => {
  const files = new Set((spec.processes ?? []).flatMap(({ whenFile }) => whenFile ?? []));
  return new FairleadError('E_BUILD_NO_PROCESS', {
    app,
    runtime: name,
    files: [...files].join(', ') || 'none',
  });
};

const imageFiles = ({ spec }: NamedRuntime): HelperFile[] => [
  { path: `${imageFolder}/launch`, content: launchScript(spec), executable: true },
  ...(spec.helperFiles ?? []),
];
