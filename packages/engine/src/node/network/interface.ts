import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { CommandError, runCommand } from './command.ts';
import type { NetworkNames } from './names.ts';
import { nodeAddress, overlaps, parseRange, pickRange, type Range } from './range.ts';

interface Route {
  readonly dst?: string;
  readonly dev?: string;
}

interface Link {
  readonly ifname: string;
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number }[];
}

/** How often another range is tried when somebody else was faster. */
const attempts = 10;

/** Makes the interface with the node's own address, in a range that is nobody's. What an earlier node made is kept. */
export async function ensureInterface({ node }: NetworkNames): Promise<Range> {
  const kept = await findRange(node);
  if (kept !== undefined) return kept;
  const seed = createHash('sha256').update(node).digest().readUInt32BE(0);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const taken = await listTaken();
    const range = pickRange(
      taken.map(({ range }) => range),
      seed + attempt,
    );
    if (range === undefined) break;
    await addInterface(node, range);
    // Two that look at the same time take the same: then the later name looks again.
    const rivals = (await listTaken()).filter(
      (other) => other.device !== node && overlaps(other.range, range),
    );
    if (rivals.every(({ device }) => device > node)) return range;
    await removeInterface(node);
  }
  throw new CommandError('no range of addresses in 10.128.0.0/9 is free for pods');
}

async function findRange(node: string): Promise<Range | undefined> {
  const links = await readJson<Link>(['-json', 'address', 'show']);
  const own = links
    .find(({ ifname }) => ifname === node)
    ?.addr_info?.find(({ local }) => local !== undefined);
  return own === undefined ? undefined : parseRange(`${own.local}/${own.prefixlen}`);
}

/** With the routes of all tables: those of pods are in it too, as others may route what is no interface's. */
async function listTaken(): Promise<{ readonly range: Range; readonly device: string }[]> {
  const routes = await readJson<Route>(['-4', '-json', 'route', 'show', 'table', 'all']);
  return routes.flatMap(({ dst = 'default', dev = '' }) => {
    const range = dst === 'default' ? undefined : parseRange(dst);
    return range === undefined ? [] : [{ range, device: dev.split('-')[0] ?? '' }];
  });
}

const readJson = async <T>(args: readonly string[]): Promise<readonly T[]> =>
  JSON.parse((await runCommand('ip', args)) || '[]') as readonly T[];

async function addInterface(node: string, range: Range): Promise<void> {
  const lines = [
    `link add ${node} type bridge`,
    `address add ${nodeAddress(range)}/${range.bits} dev ${node}`,
    `link set ${node} up`,
  ];
  await runCommand('ip', ['-batch', '-'], `${lines.join('\n')}\n`);
}

export const removeInterface = (node: string): Promise<unknown> => runCommand('ip', ['link', 'delete', node]);

/** The interface by which the machine reaches the world. */
export async function findUplink(): Promise<string | undefined> {
  const routes = await readJson<Route>(['-4', '-json', 'route', 'show', 'default']);
  return routes.find(({ dev }) => dev !== undefined)?.dev;
}

/** Lets an interface hand on what comes in there: the machine's own switch for all of them stays as it is. */
export const allowForwarding = (device: string): Promise<void> => set(device, 'forwarding');

/** Lets packets for loopback addresses, to which a rule has led them, go there. */
export const allowLoopback = (device: string): Promise<void> => set(device, 'route_localnet');

const set = (device: string, name: string): Promise<void> =>
  writeFile(`/proc/sys/net/ipv4/conf/${device}/${name}`, '1');
