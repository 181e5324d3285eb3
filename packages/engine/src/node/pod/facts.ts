import type { NodeContext } from '../context.ts';
import type { Facts } from '../environment/facts.ts';
import type { PodWork } from './work.ts';

/** What the containers of a pod may be told of where they run. */
export const factsOf = (
  { allocatable }: NodeContext,
  { address = '', hostAddress }: Pick<PodWork, 'address' | 'hostAddress'>,
): Facts => ({ allocatable, addresses: { pod: address, host: hostAddress } });
