import type { Sandbox } from './contract.ts';

/** Where the programs of the machine are that build a sandbox; the pod's own search path is not asked. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface InsideOrder {
  readonly sandbox: Sandbox;
  /** The folder of the attempt, on the machine. */
  readonly folder: string;
  /** Of the container, on the machine. */
  readonly root: string;
  /** As the container names it. */
  readonly workingFolder: string;
  /** With an absolute path of the container. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A command of the machine, and with what environment it is run. */
export interface Launch {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The first process of a container's own process namespace. It makes the mounts, starts the command without any privilege, takes in
 * orphans, and its end is the end of all others there. `$1` is the folder of the attempt, `$2` the host name, then what
 * `dropped` takes.
 *
 * The machine's tree is what it sees itself: no program of the image is run before `unshare --root` has left
 * that tree for good and `--setuid` the machine's rights. `init` says who it is, to the node that enters later.
 */
const firstProcess = (order: InsideOrder): string => `
trap 'told=1' TERM INT HUP
folder=$1
name=$2
shift 2
read -r stat </proc/self/stat
printf '%s\\n' "$stat" >"$folder/init"
${joinGroups(order.sandbox)}
printf '%s\\n' "$name" >/proc/sys/kernel/hostname
${order.sandbox.network === undefined ? '' : openPorts}
mount --all --fstab "$folder/mounts" || exit 128
if [ -n "$told" ]; then exit 143; fi
(: >"$folder/begun"; ${dropped(order)})
code=$?
exit "$code"
`;

/** In a network of its own every port may be listened on, and anybody may ping, as under container runtimes. */
const openPorts = `echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range`;

/**
 * Leaves root, rights and user behind. `$1` is the root, `$2` the working folder, `$3` the user, `$4` the group, `$5` the option that names other
 * groups, the rest the command. Its environment comes as E0, E1, …, and becomes its own at the very last: a
 * LD_PRELOAD of the pod must not reach programs that still have the machine's rights, and no value stands in an
 * argument for longer than \`env\` takes to begin the command.
 */
const dropped = ({ environment }: InsideOrder): string => `
root=$1 work=$2 user=$3 group=$4 groups=$5
shift 5
exec setpriv --regid "$group" "$groups" --no-new-privs --bounding-set=-all,+sys_chroot,+setuid -- \\
  unshare --root="$root" --wd="$work" --setuid "$user" -- /usr/bin/env -i -- \\
  ${Object.keys(environment)
    .map((_, at) => `"$E${at}"`)
    .join(' ')} "$@"`;

const joinGroups = ({ groups }: Sandbox): string => groups.map((_, at) => `echo 0 >"$G${at}"`).join('\n');

const newNamespaces = ['unshare', '--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child'];

/** How a container is begun: in namespaces of its own, within the network of its pod. */
export function launchFirst(order: InsideOrder): Launch {
  const { sandbox, folder } = order;
  const { network } = sandbox;
  return {
    command: [
      ...(network === undefined ? [] : ['nsenter', `--net=${network}`]),
      ...newNamespaces,
      '/bin/sh',
      '-c',
      firstProcess(order),
      'init',
      folder,
      sandbox.hostname,
      ...droppedArguments(order),
    ],
    environment: variablesOf(order),
  };
}

/** How another process is begun beside it; `init` is the process number of the container's first one. */
export function launchBeside(order: InsideOrder, init: number): Launch {
  const enter = ['--target', String(init), '--mount', '--uts', '--ipc', '--net', '--pid'];
  const join = `${joinGroups(order.sandbox)}\nexec nsenter ${enter.join(' ')} -- /bin/sh -c "$@"`;
  return {
    command: ['/bin/sh', '-c', join, 'enter', dropped(order), 'beside', ...droppedArguments(order)],
    environment: variablesOf(order),
  };
}

function droppedArguments({ sandbox, root, workingFolder, command }: InsideOrder): string[] {
  const { uid, gid, groups } = sandbox.user;
  const option = groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`;
  return [root, workingFolder, String(uid), String(gid), option, ...command];
}

const variablesOf = ({ environment, sandbox }: InsideOrder): Record<string, string> => ({
  PATH: systemPath,
  ...Object.fromEntries(
    Object.entries(environment).map(([name, value], at) => [`E${at}`, `${name}=${value}`]),
  ),
  ...Object.fromEntries(sandbox.groups.map((file, at) => [`G${at}`, file])),
});
