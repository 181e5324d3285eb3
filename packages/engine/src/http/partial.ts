import type { KubeObject } from '@fairlead/kube';
import type { Accepted } from './accept.ts';

/** Only what identifies and describes an object, for those who do not read the rest (meta/v1 PartialObjectMetadata). */
export const renderPartial = (accept: Accepted, object: KubeObject): KubeObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${accept.version}`,
  metadata: object.metadata,
});
