import { replicaSets } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { sizes } from './annotations.ts';
import { type Facts, replicasOf, type Scale } from './facts.ts';

/** Writes new sizes, one after the other; the first that fails ends the pass. */
export async function ensureScales(
  scales: readonly Scale[],
  facts: Facts,
  context: ControllerContext,
): Promise<void> {
  for (const scale of scales) await ensureScale(scale, facts, context);
}

async function ensureScale(
  { set, replicas }: Scale,
  { deployment }: Facts,
  { client, recorder }: ControllerContext,
): Promise<void> {
  const { name, resourceVersion, annotations = {} } = set.metadata;
  const before = replicasOf(set);
  const wanted = sizes(deployment);
  const noted = Object.entries(wanted).every(([key, value]) => annotations[key] === value);
  if (before === replicas && noted) return;
  // For this version of the set only: how many may go was judged by how many are available in it.
  const body = { metadata: { resourceVersion, annotations: wanted }, spec: { replicas } };
  await client.resource(replicaSets).patch(set.metadata, { type: 'merge', body });
  if (before === replicas) return;
  const message = `Scaled ${before < replicas ? 'up' : 'down'} replica set ${name} from ${before} to ${replicas}`;
  void recorder.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
}
