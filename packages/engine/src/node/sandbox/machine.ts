import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isWithin } from './view.ts';

/** What every container sees of the machine, read-only: its system, its toolchains, and of its settings those that programs need. */
export interface MachineFiles {
  /** Folders and files, by the same path inside and outside. */
  readonly bound: readonly string[];
  /** Links at the root, as on machines where `/bin` is one: path and target. */
  readonly links: readonly (readonly [string, string])[];
  /** Of `/etc`. */
  readonly settings: readonly string[];
  /** Folders that lie in what is seen and are not for pods. */
  readonly covered: readonly string[];
}

export interface MachineOrder {
  /** The search path of containers: toolchains may lie anywhere. */
  readonly path: string;
  /** The user's own folder, which is not one to be seen. */
  readonly home: string;
  /** More folders for containers to see. */
  readonly shown: readonly string[];
  /** Folders that no container sees. */
  readonly hidden: readonly string[];
}

const system = ['bin', 'lib', 'lib32', 'lib64', 'libx32', 'nix', 'opt', 'sbin', 'usr'].map(
  (name) => `/${name}`,
);

/** Which root certificates there are, which alternative is meant, how names are looked up; nothing of users and hosts. */
const settings =
  /^(alternatives|ca-certificates|crypto-policies|fonts|gitconfig|java.*|ld\.so\..*|locale\..*|localtime|magic|maven|mime\.types|npmrc|nsswitch\.conf|os-release|perl|pip\.conf|pki|protocols|python.*|services|ssl|terminfo|timezone)$/;

export function gatherMachine(order: MachineOrder): MachineFiles {
  const { links, folders } = rootOf();
  const tools = order.path.split(':').flatMap((folder) => toolchainOf(folder, order));
  const wanted = [...folders, ...tools, ...order.shown].filter((folder) => existsSync(folder));
  const bound = [...new Set(wanted)].filter(
    (folder) => !wanted.some((other) => other !== folder && isWithin(folder, other)),
  );
  return {
    bound,
    links,
    settings: readdirSync('/etc').filter((name) => settings.test(name)),
    covered: order.hidden.filter((folder) => bound.some((seen) => isWithin(folder, seen))),
  };
}

function rootOf(): { readonly links: [string, string][]; readonly folders: string[] } {
  const there = system.filter((path) => existsSync(path));
  const isLink = (path: string) => lstatSync(path).isSymbolicLink();
  return {
    links: there.filter(isLink).map((path) => [path, readlinkSync(path)]),
    folders: there.filter((path) => !isLink(path)),
  };
}

/** What belongs to the programs in a folder of the search path: usually it was installed beside it. */
function toolchainOf(folder: string, { home, hidden }: MachineOrder): string[] {
  const prefix = dirname(folder);
  if (!folder.startsWith('/') || system.some((path) => isWithin(folder, path))) return [];
  const holdsOthers = prefix === '/' || [home, ...hidden].some((path) => isWithin(path, prefix));
  if (holdsOthers) return [folder];
  // Such folders hold small programs that call others there (pyenv, rbenv, asdf).
  if (basename(folder) === 'shims') return [prefix];
  if (!['bin', 'sbin'].includes(basename(folder))) return [folder];
  // Beside the programs of a user lie other things of the user.
  const parts = basename(prefix) === '.local' ? ['lib'] : installed;
  return [folder, ...parts.map((name) => join(prefix, name))];
}

const installed = ['bin', 'conf', 'include', 'jmods', 'lib', 'lib32', 'lib64', 'libexec', 'sbin', 'share'];
