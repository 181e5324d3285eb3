import type { Command } from '../command.ts';

type Load = () => Promise<{ readonly default: Command }>;

// Loaded when they are asked for: starting is most of what a short command takes.
const commands: Readonly<Record<string, Load>> = {
  up: () => import('./up/run.ts'),
  engine: () => import('./engine/run.ts'),
  'engine backup': () => import('./engine/backup.ts'),
  'engine restore': () => import('./engine/restore.ts'),
  create: () => import('./apps/create.ts'),
  apps: () => import('./apps/list.ts'),
  info: () => import('./apps/info.ts'),
  deploy: () => import('./apps/deploy.ts'),
  destroy: () => import('./apps/destroy.ts'),
  ps: () => import('./processes/list.ts'),
  scale: () => import('./processes/scale.ts'),
  'config list': () => import('./config/list.ts'),
  'config set': () => import('./config/set.ts'),
  'config unset': () => import('./config/unset.ts'),
  releases: () => import('./releases/list.ts'),
  rollback: () => import('./releases/rollback.ts'),
  logs: () => import('./logs/show.ts'),
  'git remote': () => import('./git/remote.ts'),
  version: () => import('./version/show.ts'),
};

// Old hands type these.
const aliases: Readonly<Record<string, string>> = {
  config: 'config list',
  'apps create': 'create',
  'apps list': 'apps',
  'apps info': 'info',
  'apps destroy': 'destroy',
  'ps list': 'ps',
  'ps scale': 'scale',
  'releases list': 'releases',
  'releases rollback': 'rollback',
};

/** Every name that is understood, the longest first, so that `config set` is found before `config`. */
export const commandNames: readonly string[] = [...Object.keys(aliases), ...Object.keys(commands)].sort(
  (a, b) => b.split(' ').length - a.split(' ').length,
);

export const loadCommand = async (name: string): Promise<Command> => {
  const load = commands[aliases[name] ?? name];
  if (load === undefined) throw new TypeError(`no command ${name}`);
  return (await load()).default;
};

/** All of them, each once, for the help. */
export const loadAll = (): Promise<Command[]> => Promise.all(Object.keys(commands).map(loadCommand));
