import type { Answer, FrontDoor } from './front-door.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const THINGS = '/apis/test.example.com/v1/namespaces/default/things';

/** A definition of one kind, `Thing`, whose spec has this schema. */
export const thingDefinition = (spec: object, version: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.test.example.com' },
  spec: {
    group: 'test.example.com',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
        ...version,
      },
    ],
  },
});

export const thing = (spec: unknown, metadata: object = { name: 'one' }) => ({
  apiVersion: 'test.example.com/v1',
  kind: 'Thing',
  metadata,
  spec,
});

export const define = (door: FrontDoor, spec: object, version?: object): Promise<Answer> =>
  door.post(CRDS, thingDefinition(spec, version));

/** Puts another schema in the place of the old one, as an administrator does. */
export const redefine = async (door: FrontDoor, spec: object): Promise<Answer> => {
  const { body } = await door.get(`${CRDS}/things.test.example.com`);
  return door.put(`${CRDS}/things.test.example.com`, { ...body, spec: thingDefinition(spec).spec });
};

/** What an answer finds wrong, `field: message`. */
export const causesOf = ({ body }: Answer): readonly string[] =>
  (body.details?.causes ?? []).map(
    ({ field, message }: { field: string; message: string }) => `${field}: ${message}`,
  );
