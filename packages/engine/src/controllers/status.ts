import { isDeepStrictEqual } from 'node:util';
import type { Kind, KubeObject } from '@fairlead/kube';
import type { ControllerContext } from './context.ts';

type WithStatus = KubeObject & { readonly status?: unknown };

/** Writes an object's status when it says something new. At rest nothing is written. */
export async function writeStatus<T extends WithStatus>(
  write: { readonly object: T; readonly kind: Kind<T>; readonly status: T['status'] },
  { client }: ControllerContext,
): Promise<void> {
  const { object, kind, status } = write;
  if (isDeepStrictEqual(object.status ?? {}, status)) return;
  await client.resource(kind).status.replace({ ...object, status });
}
