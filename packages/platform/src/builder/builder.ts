import { FairleadError } from '@fairlead/api/errors';
import type { Chunks, RegistryClient, Repository } from '../oci/client.ts';
import type { Digest } from '../oci/digest.ts';
import { type ComposedImage, composeImage, findImage } from './compose.ts';
import { detectRuntime } from './detect.ts';
import { dependencyInputs, gatherFacts, type SourceFacts } from './facts.ts';
import { pushOrder } from './order.ts';
import { planImage } from './plan.ts';
import type { Processes } from './procfile.ts';
import type { ImageRecipe, Platform } from './recipe.ts';
import type { NamedRuntime } from './runtime.ts';
import { openSource, pushArchive, pushFiles, type Source } from './source.ts';
import { type BuildStep, buildSteps, type StepSettings } from './steps/describe.ts';
import { unsafe } from './safe-path.ts';

export interface BuilderOptions {
  readonly registry: RegistryClient;
  /** The host in the references of images: `registry.fairlead.internal`. */
  readonly host: string;
  readonly platform: Platform;
  /** The Runtime objects as they are now. */
  readonly runtimes: () => readonly NamedRuntime[];
  /** What a tool of this machine says of its version; `undefined` when it is not there. */
  readonly askTool: (command: readonly string[]) => Promise<string | undefined>;
  /** A folder for sources that do not fit into memory. */
  readonly scratch: string;
  readonly steps: StepSettings;
}

/** What is to be built. */
export interface BuildRequest {
  /** `<namespace>/<app>`. */
  readonly repository: string;
  /** For messages. */
  readonly app: string;
  readonly source: string;
  /** The name of the runtime, when somebody chose it. */
  readonly runtime?: string | undefined;
  /** The app brings its own commands, so the source need not have any. */
  readonly ownCommands?: boolean;
}

export interface BuildPlan {
  readonly key: string;
  readonly runtime: string;
  /** Why this runtime, in words. */
  readonly why: string;
  readonly recipe: ImageRecipe;
}

export interface BuiltImage {
  readonly digest: string;
  /** Where nodes pull it from, by digest. */
  readonly reference: string;
  readonly processes: Processes;
}

/** From sources to images. Errors of the register are the user's; anything else may go away by itself. */
export interface Builder {
  storeFiles(
    repository: string,
    files: readonly { readonly path: string; readonly content: string }[],
  ): Promise<Source>;
  /** Takes a tar archive as it comes: `git archive`, an upload. */
  storeArchive(repository: string, archive: Chunks): Promise<Source>;
  plan(request: BuildRequest): Promise<BuildPlan>;
  /** The image of this key, when it was built before. */
  find(repository: string, key: string): Promise<BuiltImage | undefined>;
  /** Makes the image without a container; `undefined` when its dependency layer must be built first. */
  compose(request: BuildRequest, key: string): Promise<BuiltImage | undefined>;
  /** The containers that build it, one after the other; then `find` has it. */
  steps(request: BuildRequest, key: string): Promise<readonly BuildStep[]>;
}

export const createBuilder = (options: BuilderOptions): Builder => {
  const open = (name: string): Repository => options.registry.repository(name);
  const built = (repository: string, { descriptor, processes }: ComposedImage): BuiltImage => ({
    digest: descriptor.digest,
    reference: `${options.host}/${repository}@${descriptor.digest}`,
    processes,
  });
  const plan = (request: BuildRequest): Promise<Planned> => planRequest(options, request);
  return {
    storeFiles: (repository, files) => pushFiles(open(repository), files),
    storeArchive: (repository, archive) => pushArchive(open(repository), archive, options.scratch),
    async plan(request) {
      const { runtime, why, recipe } = await plan(request);
      return { key: recipe.key, runtime: runtime.name, why, recipe };
    },
    async find(repository, key) {
      const found = await findImage(open(repository), key);
      return found && built(repository, found);
    },
    async compose(request, key) {
      const { recipe } = await plan(request);
      // Under the key that was asked for: the runtime may have changed since, and the Image is looked for by its own.
      const composed = await composeImage(open(request.repository), { ...recipe, key });
      return composed && built(request.repository, composed);
    },
    async steps(request, key) {
      const { runtime, recipe } = await plan(request);
      const { dependencies } = runtime.spec;
      const helperFiles = dependencies?.helperFiles ?? [];
      const order = await pushOrder(open(request.repository), { recipe: { ...recipe, key }, helperFiles });
      return buildSteps(options.steps, { order, repository: request.repository, runtime });
    },
  };
};

interface Planned {
  readonly runtime: NamedRuntime;
  readonly why: string;
  readonly recipe: ImageRecipe;
}

const planRequest = async (options: BuilderOptions, request: BuildRequest): Promise<Planned> => {
  const { app, ownCommands = false } = request;
  const repository = options.registry.repository(request.repository);
  const source = await openSource(repository, request.source as Digest);
  if (source === undefined) throw unsafe(request.source, 'the registry has no such source');
  const paths = source.files.map(({ path }) => path);
  const runtimes = options.runtimes();
  const { runtime, why } = detectRuntime({ app, paths, runtimes, chosen: request.runtime });
  const facts = await gatherFacts(source, runtime);
  const toolchain = await askToolchain(options, { app, facts, runtime });
  const { platform } = options;
  return { runtime, why, recipe: planImage({ app, facts, runtime, platform, toolchain, ownCommands }) };
};

/** Asked only where it matters: an app without dependencies is the same with every version of the tool. */
const askToolchain = async (
  { askTool }: BuilderOptions,
  { app, facts, runtime: { spec } }: { app: string; facts: SourceFacts; runtime: NamedRuntime },
): Promise<string> => {
  const tool = spec.base === undefined ? spec.dependencies?.tool : undefined;
  if (tool === undefined || dependencyInputs(facts, spec).length === 0) return '';
  const said = await askTool(tool.command);
  if (said !== undefined) return said;
  throw new FairleadError('E_BUILD_TOOL_MISSING', { app, tool: tool.name, install: tool.install });
};
