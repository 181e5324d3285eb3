import type { KubeObject, ObjectMeta } from '@fairlead/kube';
import { builtinType } from '../schema/builtin-types.ts';
import { declaredOrder } from '../schema/member-order.ts';
import type { Accepted } from './accept.ts';

const inGoOrder = (metadata: ObjectMeta): unknown =>
  declaredOrder(builtinType('meta.v1.ObjectMeta'))(metadata);

/** Only what identifies and describes an object, for those who do not read the rest (meta/v1 PartialObjectMetadata). */
export const renderPartial = (accept: Accepted, object: KubeObject): KubeObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${accept.version}`,
  metadata: inGoOrder(object.metadata) as ObjectMeta,
});
