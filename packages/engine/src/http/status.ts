import type { KubeObject } from '@fairlead/kube';
import type { ServedResource } from '../resources/registry.ts';
import { zeroOfField } from '../schema/zero.ts';

/** An object with this status; without one when it is undefined. */
export const withStatus = (object: KubeObject, status: unknown): KubeObject => {
  const { status: _status, ...rest } = object as KubeObject & { readonly status?: unknown };
  return status === undefined ? rest : ({ ...rest, status } as KubeObject);
};

/** The status of what nobody has looked at yet: built-in kinds show an empty one, custom ones none. */
export const emptyStatus = ({ version }: ServedResource): unknown => {
  const schema = version.schema();
  const status = schema.type === 'object' ? schema.properties.status : undefined;
  return status === undefined ? undefined : zeroOfField(status);
};
