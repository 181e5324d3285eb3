import { readdir } from 'node:fs/promises';
import { runCommand } from './command.ts';
import { allowForwarding, allowLoopback } from './interface.ts';
import { type NetworkNames, namespaceFile } from './names.ts';
import { nodeAddress, podAddressIn, type Range } from './range.ts';

/** The network of one pod: an interface of its own that leads to the node, and nothing beside it. */
export interface PodNetwork {
  readonly name: string;
  /** `10.128.0.5`. */
  readonly address: string;
}

interface Ground {
  readonly names: NetworkNames;
  readonly range: Range;
}

/**
 * Makes the namespaces of several places at once. Pods have their address alone on a line to the node, also among each other: what
 * goes between them passes its rules.
 */
export async function addNamespaces(
  { names, range }: Ground,
  places: readonly number[],
): Promise<PodNetwork[]> {
  const added = places.map((place) => ({ name: names.pod(place), address: podAddressIn(range, place) }));
  const outside = added.flatMap(({ name, address }) => [
    `netns add ${name}`,
    `link add ${name} type veth peer name eth0 netns ${name}`,
    `link set ${name} up`,
    `route add ${address} dev ${name} src ${nodeAddress(range)}`,
  ]);
  await runCommand('ip', ['-batch', '-'], `${outside.join('\n')}\n`);
  await Promise.all(
    added.map(async ({ name, address }) => {
      await allowForwarding(name);
      await allowLoopback(name);
      await runCommand('ip', ['-n', name, '-batch', '-'], insideLines(address, nodeAddress(range)));
    }),
  );
  return added;
}

const insideLines = (address: string, gateway: string): string =>
  [
    'link set lo up',
    `address add ${address}/32 dev eth0`,
    'link set eth0 up',
    `route add ${gateway} dev eth0 scope link`,
    `route add default via ${gateway}`,
    '',
  ].join('\n');

/** Their interfaces and routes go with them. */
export async function removeNamespaces(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const lines = names.flatMap((name) => [`link delete ${name}`, `netns delete ${name}`]);
  // What is gone already is no failure.
  await runCommand('ip', ['-force', '-batch', '-'], `${lines.join('\n')}\n`).catch(() => {});
}

/** Of this node, with their places. */
export async function listNamespaces(names: NetworkNames): Promise<Map<string, number>> {
  const files = await readdir(namespaceFile('')).catch(() => []);
  return new Map(
    files.flatMap((file) => {
      const place = names.placeOf(file);
      return place === undefined ? [] : [[file, place] as const];
    }),
  );
}
