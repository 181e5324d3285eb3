import { type Desired, isNotFound, type KubeObject, type Pod, pods } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { createInBatches, isNamespaceTerminating } from './create.ts';

/** Creates pods for an owner and says so in its events. Gives the first failure. */
export function createPods(
  order: { readonly owner: KubeObject; readonly pods: readonly Desired<Pod>[] },
  { client, recorder }: ControllerContext,
): Promise<unknown> {
  const left = [...order.pods];
  return createInBatches(left.length, async () => {
    const pod = left.shift();
    if (pod === undefined) return;
    try {
      const { metadata } = await client.resource(pods).create(pod);
      const message = `Created pod: ${metadata.name}`;
      void recorder.record(order.owner, { type: 'Normal', reason: 'SuccessfulCreate', message });
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        const message = `Error creating: ${messageOf(error)}`;
        void recorder.record(order.owner, { type: 'Warning', reason: 'FailedCreate', message });
      }
      throw error;
    }
  });
}

/** Deletes pods of an owner and says so in its events. Gives the first failure. */
export async function deletePods(
  order: { readonly owner: KubeObject; readonly pods: readonly Pod[] },
  { client, recorder }: ControllerContext,
): Promise<unknown> {
  const remove = async ({ metadata }: Pod): Promise<void> => {
    try {
      const preconditions = { uid: metadata.uid ?? '' };
      await client.resource(pods).delete(metadata, { preconditions });
      const message = `Deleted pod: ${metadata.name}`;
      void recorder.record(order.owner, { type: 'Normal', reason: 'SuccessfulDelete', message });
    } catch (error) {
      if (isNotFound(error)) return;
      const message = `Error deleting: ${messageOf(error)}`;
      void recorder.record(order.owner, { type: 'Warning', reason: 'FailedDelete', message });
      throw error;
    }
  };
  const results = await Promise.allSettled(order.pods.map(remove));
  return results.find((result) => result.status === 'rejected')?.reason;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
