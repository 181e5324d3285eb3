import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A program of a real Kubernetes, or a client of one: the module that builds it, and the version that stands in its go.mod. */
interface Component {
  readonly module: string;
  readonly command: string;
  readonly version: string;
  /** It is a package of tests. */
  readonly test?: true;
  /** Values that the linker writes into it. */
  readonly values?: Readonly<Record<string, string>>;
}

const kubernetes = (name: string): Component => ({
  module: 'kubernetes',
  command: `k8s.io/kubernetes/cmd/${name}`,
  version: '1.34.4',
  values: {
    'k8s.io/component-base/version.gitVersion': 'v1.34.4',
    'k8s.io/component-base/version.gitMajor': '1',
    'k8s.io/component-base/version.gitMinor': '34',
  },
});

const components = {
  etcd: { module: 'etcd', command: 'go.etcd.io/etcd/server/v3', version: '3.6.11' },
  'kube-apiserver': kubernetes('kube-apiserver'),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  /** For the stories of the controllers, which are recorded with it. */
  'kube-scheduler': kubernetes('kube-scheduler'),
  /** Kubernetes' own end-to-end tests; built when somebody runs them. */
  e2e: { module: 'kubernetes', command: 'k8s.io/kubernetes/test/e2e', version: '1.34.4', test: true },
  kwok: {
    module: 'kwok',
    command: 'sigs.k8s.io/kwok/cmd/kwok',
    version: '0.8.0',
    values: { 'sigs.k8s.io/kwok/pkg/consts.Version': 'v0.8.0' },
  },
  helm: { module: '../clients/helm', command: 'helm.sh/helm/v4/cmd/helm', version: '4.3.0' },
} satisfies Record<string, Component>;

export type ComponentName = keyof typeof components;

/** What the tests of this repository need. */
export const componentNames = (Object.keys(components) as ComponentName[]).filter(
  (name) => name !== 'e2e' && name !== 'kube-scheduler',
);

/** Where the machine keeps what is made once: the folder that `bin/with-node` and `.ci/run` use, too. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env.FAIRLEAD_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fairlead');

const pathOf = (name: ComponentName): string =>
  join(cacheFolder(), 'components', `${name}-${components[name].version}`);

/** Why what needs these programs cannot run here; false when they are there or can be built. */
export const missingComponents = (...names: readonly ComponentName[]): string | false => {
  if (names.every((name) => existsSync(pathOf(name)))) return false;
  const go = spawnSync('go', ['version'], { stdio: 'ignore' });
  return go.status === 0 ? false : `needs go, to build ${names.join(' and ')}`;
};

/** The program, built from its module when this machine has not built that version before: minutes, once. */
export const ensureComponent = (name: ComponentName): string => {
  const path = pathOf(name);
  if (existsSync(path)) return path;
  const { module, command, version, test, values = {} }: Component = components[name];
  console.log(`building ${name} ${version}, once`);
  mkdirSync(join(path, '..'), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  const flags = ['-s', '-w', ...Object.entries(values).flatMap(([key, value]) => ['-X', `${key}=${value}`])];
  const folder = join(import.meta.dirname, module);
  const verb = test ? ['test', '-C', folder, '-c'] : ['build', '-C', folder];
  const build = spawnSync('go', [...verb, '-o', fresh, '-ldflags', flags.join(' '), command], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  if (build.status !== 0) throw new Error(`${name} could not be built`);
  // Moved to its place when it is whole: a build that is cut off leaves no half of it.
  renameSync(fresh, path);
  return path;
};
