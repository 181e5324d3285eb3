import { createHash } from 'node:crypto';
import type { FairleadError, Image } from '@fairlead/api';
import type { AppPorts } from './app/ports.ts';
import type { BuiltImage, ImagePorts } from './image/ports.ts';

/** What a source is made of, and what building it comes to. */
export interface Recipe {
  /** Tells one source from another. */
  readonly text: string;
  readonly processes?: Readonly<Record<string, { readonly command: string[] }>>;
  readonly runtime?: string;
  /** `compose`: known layers are put together; `job`: containers build it. */
  readonly by?: 'compose' | 'job';
  /** It cannot be planned. */
  readonly refused?: FairleadError;
  /** It can be planned, but not composed. */
  readonly spoiled?: FairleadError;
}

/** Builder, registry and git as scripts: what they are asked is written down, what they answer was told. */
export interface Workshop {
  readonly app: { -readonly [port in keyof AppPorts]: AppPorts[port] };
  readonly image: { -readonly [port in keyof ImagePorts]: ImagePorts[port] };
  /** What was asked for, in order: `plan`, `compose`, `steps`, `store`, `forget default/shop`. */
  readonly calls: string[];
  /** Puts a source into the registry; resolves to its digest. */
  source(recipe: Recipe): string;
  /** Builds an image as the last step of its Job would. */
  push(image: Image): void;
}

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the scripts share. */
interface Bench {
  readonly recipes: Map<string, Recipe>;
  readonly built: Map<string, BuiltImage>;
  readonly calls: string[];
}

export const openWorkshop = (): Workshop => {
  const bench: Bench = { recipes: new Map(), built: new Map(), calls: [] };
  return {
    calls: bench.calls,
    source: (recipe) => store(bench, recipe),
    push: (image) => void push(bench, image),
    app: appPorts(bench),
    image: imagePorts(bench),
  };
};

const store = ({ recipes }: Bench, recipe: Recipe): string => {
  const digest = `sha256:${sha(recipe.text)}`;
  recipes.set(digest, recipe);
  return digest;
};

const recipeOf = ({ recipes }: Bench, digest: string): Recipe => {
  const recipe = recipes.get(digest);
  if (recipe === undefined) throw new Error(`no source ${digest} in the registry`);
  return recipe;
};

const push = (bench: Bench, { spec }: Image): BuiltImage => {
  const digest = `sha256:${sha(spec.key)}`;
  const { processes = { web: { command: ['python3', 'app.py'] } } } = recipeOf(bench, spec.source.digest);
  const result = { digest, reference: `registry.test/default/${spec.app}@${digest}`, processes };
  bench.built.set(spec.key, result);
  return result;
};

const appPorts = (bench: Bench): AppPorts => ({
  domain: 'test',
  urlOf: (host) => `http://${host}`,
  async storeFiles(_app, files) {
    bench.calls.push('store');
    const text = files.map(({ path, content }) => `${path}\n${content}`).join('\n');
    return { digest: store(bench, { text }) };
  },
  async planBuild(_app, { digest, runtime }) {
    bench.calls.push('plan');
    const recipe = recipeOf(bench, digest);
    if (recipe.refused !== undefined) throw recipe.refused;
    const chosen = runtime ?? recipe.runtime ?? 'python';
    return { key: sha(`${digest} ${chosen}`), runtime: chosen };
  },
  async forget({ namespace, app }) {
    bench.calls.push(`forget ${namespace}/${app}`);
  },
});

const imagePorts = (bench: Bench): ImagePorts => ({
  find: async ({ spec }) => bench.built.get(spec.key),
  async compose(image) {
    bench.calls.push('compose');
    const { by = 'compose', spoiled } = recipeOf(bench, image.spec.source.digest);
    if (spoiled !== undefined) throw spoiled;
    return by === 'compose' ? push(bench, image) : undefined;
  },
  async steps() {
    bench.calls.push('steps');
    return ['fetch', 'dependencies', 'export'].map((name) => ({
      name,
      image: name === 'dependencies' ? 'python:3' : 'platform:1',
      command: ['run', name],
      env: [{ name: 'STEP', value: name }],
      workingDir: 'work',
      registry: name !== 'dependencies',
    }));
  },
  credential: async (_image, seconds) => `token for ${seconds} s`,
});
