import type { Digest } from '../../oci/digest.ts';
import type { NamedRuntime } from '../runtime.ts';

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** One step of a build, as a container. All steps of a build share a volume that is mounted at `.build`. */
export interface BuildStep {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: readonly Variable[];
  readonly workingDir: string;
  /** Whether it talks to the registry. The user's own code runs in steps that do not, and gets no credential. */
  readonly registry: boolean;
}

/** How steps run here. */
export interface StepSettings {
  /** The image with the platform's own code. */
  readonly image: string;
  /** How it starts the builder: `['/builder']`; `fetch` or `export` and options follow. */
  readonly command: readonly string[];
  /** Where the registry is for a container: `http://127.0.0.1:8080`. Asked for at every build. */
  readonly registryOrigin: () => string;
  /** Variables of the dependency step: proxies, package indexes, certificates. */
  readonly env?: readonly Variable[];
}

/** The steps of a build, in order. Folders are relative: a node without mount namespaces has no `/.build`. */
export const buildSteps = (
  settings: StepSettings,
  build: { readonly order: Digest; readonly repository: string; readonly runtime: NamedRuntime },
): BuildStep[] => {
  const { name, spec } = build.runtime;
  const registryOptions = ['--registry', settings.registryOrigin(), '--repository', build.repository];
  const own = (step: 'fetch' | 'export'): BuildStep => ({
    name: step,
    image: settings.image,
    command: [...settings.command, step, ...registryOptions, '--order', build.order, '--work', '.build'],
    env: [],
    workingDir: '/',
    registry: true,
  });
  if (spec.dependencies === undefined) throw new Error(`the runtime ${name} has no dependency step`);
  const dependencies: BuildStep = {
    name: 'dependencies',
    image: spec.base ?? settings.image,
    command: spec.dependencies.command,
    env: [
      ...(settings.env ?? []),
      { name: 'DEPS', value: '../deps' },
      { name: 'HELPERS', value: '../helpers' },
    ],
    workingDir: '/.build/source',
    registry: false,
  };
  return [own('fetch'), dependencies, own('export')];
};
