import { type Clock, sleep } from '@fairlead/kube';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kill } from 'node:process';
import { readIfThere } from '../file.ts';
import { resolveCommand } from '../process/command.ts';
import { StartError, type StartOrder } from '../process/contract.ts';
import {
  type Launched,
  type LaunchedExec,
  type LaunchExecOrder,
  signalGroup,
  withTerminal,
} from '../process/launch.ts';
import { withMarker } from '../process/marker.ts';
import { renderStages, stagesOf } from '../sandbox/fstab.ts';
import { desiredConfig, desiredProcess, stageIn } from './config.ts';
import type { Bundle, Runtime } from './contract.ts';
import { nameOf } from './state.ts';

/** Where the programs of the machine are; the pod's own search path is not asked. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What the runtime says of itself, and of why it could not. */
export const runtimeLog = (folder: string): string => join(folder, 'runtime.log');
const processNumber = (folder: string): string => join(folder, 'pid');

/**
 * Puts a container's root together in a mount namespace that ends with it, so that no mount can be left over, and becomes the runtime,
 * which watches over the container. `$1` is the folder of the attempt, `$2` the image's files, `$3` the runtime, `$4` its state, `$5` the
 * container's name.
 *
 * crun refuses machines that have both versions of control groups, unless it does not see the second.
 */
const firstProcess = ({
  groups,
  layered,
}: {
  readonly groups: string;
  readonly layered: boolean;
}): string => `
${groups}
umount /sys/fs/cgroup/unified 2>/dev/null
exec 5>&2 2>"$1/runtime.log"
${layered ? 'mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root" || exit 128' : 'cp -a --reflink=auto -- "$2/." "$1/root" || exit 128'}
mount --all --fstab "$1/stages" || exit 128
exec 2>&5 5>&-
exec "$3" --root "$4" --cgroup-manager=disabled --log "$1/runtime.log" --log-format json \\
  run --bundle "$1" --pid-file "$1/pid" "$5"
`;

/** Rejects with `StartError`. */
export async function launchBundle(runtime: Runtime, order: StartOrder): Promise<Launched> {
  const { folder } = order;
  const bundle = bundleOf(order);
  const { tree, mounts, user } = bundle;
  const command = await resolveCommand(order.command, {
    ...order,
    root: tree,
    sandbox: { mounts },
  });
  const environment = withMarker(order.environment, folder);
  const stages = stagesOf(mounts);
  const made = ['root', 'upper', 'work'].map((name) => join(folder, name));
  await Promise.all(
    [...made, ...stages.map((at) => stageIn(folder, at))].map((path) => mkdir(path, { recursive: true })),
  );
  const terminal = order.terminalFile !== undefined;
  const config = desiredConfig({ ...order, bundle, command, environment, terminal });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  await writeFile(
    join(folder, 'stages'),
    renderStages(mounts, (at) => stageIn(folder, at)),
  );
  const script = firstProcess({ groups: joinGroups(bundle), layered: runtime.notLayered === undefined });
  const args = [folder, tree, runtime.program, runtime.state, nameOf(folder)];
  return withTerminal(order, {
    command: ['unshare', '--mount', '--propagation', 'slave', '/bin/sh', '-c', script, 'container', ...args],
    workingFolder: '/',
    environment: machineVariables(bundle),
    mark: 'launched',
    owner: user,
  });
}

/** A container that has not begun by then is not waited for. */
const longestStartMs = 10_000;

let beside = 0;

/** Rejects with `StartError`. */
export async function launchInBundle(
  { runtime, clock }: { readonly runtime: Runtime; readonly clock: Clock },
  order: LaunchExecOrder,
): Promise<LaunchedExec> {
  const { folder, terminal = false } = order;
  const bundle = bundleOf(order);
  await untilBegun(folder, clock);
  const init = (await readIfThere(processNumber(folder)))?.trim();
  if (init === undefined) throw new StartError('the container does not run yet');
  const root = `/proc/${init}/root`;
  const command = await resolveCommand(order.command, { ...order, root, sandbox: { mounts: [] } });
  beside += 1;
  const file = join(folder, `beside-${beside}`);
  const environment = withMarker(order.environment, folder);
  const described = desiredProcess({ ...order, bundle, command, environment, terminal });
  await writeFile(file, JSON.stringify(described), { mode: 0o600 });
  const script = `${joinGroups(bundle)}\nexec "$@"`;
  const exec = [runtime.program, '--root', runtime.state, '--cgroup-manager=disabled', 'exec'];
  const options = ['--process', file, '--pid-file', `${file}.pid`];
  return {
    command: ['/bin/sh', '-c', script, 'beside', ...exec, ...options, nameOf(folder)],
    workingFolder: '/',
    environment: machineVariables(bundle),
    kill: () => killNoted(`${file}.pid`),
    close: () => [file, `${file}.pid`].forEach((path) => rmSync(path, { force: true })),
  };
}

/** A runtime takes some milliseconds, and a probe that came too early would come again much later. */
async function untilBegun(folder: string, clock: Clock): Promise<void> {
  const deadline = clock.now() + longestStartMs;
  const hasEnded = () => existsSync(join(folder, 'exit'));
  while (!hasBundleBegun(folder) && !hasEnded() && clock.now() < deadline) await sleep(clock, 1);
}

/** The command runs, and it is known as which process: either may be written first. */
export const hasBundleBegun = (folder: string): boolean =>
  existsSync(join(folder, 'begun')) && existsSync(processNumber(folder));

/** To the container's first process alone, as under container runtimes; before there is one, to those that make it. */
export function signalBundle(
  runtime: Runtime,
  { folder, shim, name }: { readonly folder: string; readonly shim: number; readonly name: NodeJS.Signals },
): void {
  if (!existsSync(processNumber(folder))) return signalGroup(shim, name);
  const args = ['--root', runtime.state, 'kill', nameOf(folder), name];
  // It knows by more than the number which process is meant.
  spawn(runtime.program, args, { stdio: 'ignore' }).on('error', () => {});
}

export async function whyBundleNeverRan(folder: string): Promise<string | undefined> {
  if (existsSync(join(folder, 'begun'))) return undefined;
  const said = (await readIfThere(runtimeLog(folder)))?.trim().split('\n').at(-1);
  return said === undefined || said === '' ? undefined : parseWords(said);
}

function parseWords(line: string): string {
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown };
    return typeof msg === 'string' ? msg : line;
  } catch {
    return line; // Of a program that is not the runtime.
  }
}

function bundleOf({ bundle }: Pick<StartOrder, 'bundle'>): Bundle {
  if (bundle === undefined) throw new StartError('the image of the container has no root of its own');
  return bundle;
}

const joinGroups = ({ groups }: Bundle): string => groups.map((_, at) => `echo 0 >"$G${at}"`).join('\n');

const machineVariables = ({ groups }: Bundle): Record<string, string> => ({
  PATH: systemPath,
  ...Object.fromEntries(groups.map((file, at) => [`G${at}`, file])),
});

function killNoted(file: string): void {
  try {
    kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
  } catch {
    // It has not begun, or has ended.
  }
}
