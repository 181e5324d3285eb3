import type { Static, TSchema } from 'typebox';
import type { KubeObject, ResourceType } from '../object.ts';
import { type Kind, kind } from './kind.ts';

/** A custom resource by its schemas. */
export interface KindSchemas extends ResourceType {
  readonly spec: TSchema;
  readonly status: TSchema;
}

/** An object as the schemas of its kind describe it. */
export interface CustomObject<Schemas extends KindSchemas> extends KubeObject {
  readonly spec: Static<Schemas['spec']>;
  readonly status?: Static<Schemas['status']>;
}

/** The handle of a custom resource: its objects have the types that its TypeBox schemas say. */
export const kindOf = <Schemas extends KindSchemas>({
  group,
  version,
  kind: name,
  resource,
  namespaced,
}: Schemas): Kind<CustomObject<Schemas>> => kind({ group, version, kind: name, resource, namespaced });
