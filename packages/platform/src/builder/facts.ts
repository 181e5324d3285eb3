import type { RuntimeSpec } from '@fairlead/api';
import { matchesPath, type NamedRuntime } from './runtime.ts';
import type { Source } from './source.ts';

/** What is known of a source when its build is decided. */
export interface SourceFacts {
  readonly source: Pick<Source, 'digest' | 'layer' | 'files'>;
  /** Texts of the files that the runtime looks into. */
  readonly texts: ReadonlyMap<string, string>;
}

export const procfileName = 'Procfile';

type DefaultProcess = NonNullable<RuntimeSpec['processes']>[number];

/** Reads the few files that a runtime decides by. */
export const gatherFacts = async (source: Source, { spec }: NamedRuntime): Promise<SourceFacts> => {
  const patterns = [procfileName, ...inspected(spec)];
  const paths = source.files
    .map(({ path }) => path)
    .filter((path) => patterns.some((pattern) => matchesPath(pattern, path)));
  const texts = await Promise.all(paths.map(async (path) => [path, await source.readText(path)] as const));
  return { source, texts: new Map(texts.filter((pair): pair is [string, string] => pair[1] !== undefined)) };
};

/** A folder among the inputs is hashed, not looked into. */
const inspected = ({ processes = [], dependencies }: RuntimeSpec): string[] => [
  ...processes.flatMap(({ whenFile, whenText }) => (whenFile && whenText ? [whenFile] : [])),
  ...(dependencies?.inputs ?? []).filter((input) => !input.endsWith('/')),
];

/** Files that decide the dependency layer, sorted by path. */
export const dependencyInputs = (
  { source }: SourceFacts,
  { dependencies }: RuntimeSpec,
): { readonly path: string; readonly digest: string }[] =>
  source.files
    .filter(({ path }) => dependencies?.inputs.some((input) => matchesPath(input, path)))
    .map(({ path, digest }) => ({ path, digest }));

export const fitsProcess = (facts: SourceFacts, spec: RuntimeSpec, process: DefaultProcess): boolean => {
  const { whenFile, whenText, whenDependency } = process;
  if (whenFile !== undefined && !facts.source.files.some(({ path }) => matchesPath(whenFile, path)))
    return false;
  if (whenText !== undefined && !new RegExp(whenText, 'm').test(facts.texts.get(whenFile ?? '') ?? ''))
    return false;
  return whenDependency === undefined || namesDependency(facts, spec, whenDependency);
};

/** Whether an input names a package, as a whole word: `flask` is not in `flask-cors`. */
const namesDependency = ({ texts }: SourceFacts, spec: RuntimeSpec, name: string): boolean => {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const word = new RegExp(`(^|[^A-Za-z0-9_.-])${escaped}($|[^A-Za-z0-9_.-])`, 'im');
  const inputs = [...texts].filter(([path]) =>
    spec.dependencies?.inputs.some((input) => matchesPath(input, path)),
  );
  return inputs.some(([, text]) => word.test(withoutComments(text)));
};

const withoutComments = (text: string): string => text.replace(/(^|\s)#.*$/gm, '');
