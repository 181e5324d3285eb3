import { createHash } from 'node:crypto';

/** What the machine's network has of one node. Interfaces have at most 15 letters (linux/if.h, IFNAMSIZ). */
export interface NetworkNames {
  /** The interface with the node's own address for its pods; also the name of its table of rules. */
  readonly node: string;
  /** Of a pod, by its place in the range: its namespace, and the interface that leads there. */
  pod(place: number): string;
  /** The place; `undefined` for what is not one of these. */
  placeOf(name: string): number | undefined;
}

/** By the data folder: two nodes of one machine meet nowhere. */
export function networkNames(dataFolder: string): NetworkNames {
  const node = `fl${createHash('sha256').update(dataFolder).digest('hex').slice(0, 6)}`;
  const pattern = new RegExp(`^${node}-(\\d+)$`);
  return {
    node,
    pod: (place) => `${node}-${place}`,
    placeOf: (name) => {
      const found = pattern.exec(name)?.[1];
      return found === undefined ? undefined : Number(found);
    },
  };
}

/** Where `ip netns` keeps namespaces alive (ip-netns(8)). */
export const namespaceFile = (name: string): string => `/run/netns/${name}`;
