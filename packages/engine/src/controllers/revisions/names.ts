import { hash1 } from '../template/hash.ts';

/** The label by which a revision says the hash that it is named by. */
export const revisionHashLabel = 'controller.kubernetes.io/hash';

/** The label that tells which revision a pod was made from. */
export const podRevisionLabel = 'controller-revision-hash';

/** Room for a dash and the hash within the 253 of a name. */
const longestOwnName = 223;

export const revisionName = (owner: string, hash: string): string =>
  `${owner.slice(0, longestOwnName)}-${hash}`;

/** Kubernetes' own hash of a revision's data. The number of collisions, 0 included, gives the same data another. */
export const dataHash = (data: string, collisions: number): string => hash1(`${data}${collisions}`);
