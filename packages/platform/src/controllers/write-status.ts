import { isDeepStrictEqual } from 'node:util';
import { fieldManager } from '@fairlead/api';
import type { Client, Kind, KubeObject } from '@fairlead/kube';

interface StatusWrite<T extends KubeObject> {
  readonly kind: Kind<T>;
  readonly object: T & { readonly status?: unknown };
  readonly status: unknown;
}

/** Writes the whole status in one apply, and nothing when it says so already. */
export const writeStatus = async <T extends KubeObject>(
  client: Client,
  { kind, object, status }: StatusWrite<T>,
): Promise<void> => {
  if (isDeepStrictEqual(object.status, status)) return;
  const { name, namespace } = object.metadata;
  const { apiVersion } = object;
  await client
    .resource(kind)
    .status.apply({ apiVersion, kind: kind.kind, metadata: { name, namespace }, status } as unknown as T, {
      fieldManager,
      force: true,
    });
};
