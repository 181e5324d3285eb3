import { isDeepStrictEqual } from 'node:util';
import { deployments } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { revision } from './annotations.ts';
import type { Facts } from './facts.ts';
import type { Status } from './status.ts';

/**
 * The status and the present revision in one write. The revision is an annotation; written with the
 * status it does not count as a new generation of the Deployment.
 */
export async function writeDeployment(
  { deployment, newSet }: Facts,
  status: Status,
  { client }: ControllerContext,
): Promise<void> {
  const before = deployment.metadata.annotations;
  const current = newSet?.metadata.annotations?.[revision] ?? before?.[revision];
  if (current === before?.[revision] && isDeepStrictEqual(deployment.status ?? {}, status)) return;
  const annotations = current === undefined ? before : { ...before, [revision]: current };
  const metadata = { ...deployment.metadata, ...(annotations === undefined ? {} : { annotations }) };
  await client.resource(deployments).status.replace({ ...deployment, metadata, status });
}
