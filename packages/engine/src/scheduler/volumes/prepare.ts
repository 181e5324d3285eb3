import { type Node, persistentVolumeClaims, persistentVolumes } from '@fairlead/kube';
import type { Means } from '../act.ts';
import type { Preparation } from './check.ts';

/** Keeps volumes for a pod's claims, and asks for those that are to be made where it goes. */
export async function prepareVolumes(
  steps: readonly Preparation[],
  node: Node,
  { client }: Means,
): Promise<void> {
  for (const step of steps) {
    const { uid, resourceVersion, namespace, name } = step.claim.metadata;
    if (step.kind === 'provision') {
      const annotations = { 'volume.kubernetes.io/selected-node': node.metadata.name };
      if (step.claim.metadata.annotations?.['volume.kubernetes.io/selected-node'] !== undefined) continue;
      const body = { metadata: { uid, resourceVersion, annotations } };
      await client.resource(persistentVolumeClaims).patch(step.claim.metadata, { type: 'merge', body });
      continue;
    }
    if (step.volume.spec.claimRef?.uid === uid) continue;
    const claimRef = {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      namespace,
      name,
      uid,
      resourceVersion,
    };
    const metadata = {
      resourceVersion: step.volume.metadata.resourceVersion,
      annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' },
    };
    const body = { metadata, spec: { claimRef } };
    await client.resource(persistentVolumes).patch(step.volume.metadata, { type: 'merge', body });
  }
}
