import Type from 'typebox';
import { Conditions } from '../kind/condition.ts';
import { defineKind, type ObjectOf } from '../kind/define.ts';

const ImageSpec = Type.Object({
  app: Type.String({ description: 'Name of the App it is built for.' }),
  source: Type.Object(
    { digest: Type.String({ description: "Digest of the source's artifact." }) },
    { description: 'What is built.' },
  ),
  runtime: Type.String({ description: 'Name of the Runtime that builds it.' }),
  key: Type.String({ description: 'Hash of everything that goes in: the same inputs make the same Image.' }),
  timeoutSeconds: Type.Integer({ minimum: 1, default: 900, description: 'Seconds that the build may take.' }),
});

const ImageStatus = Type.Object({
  digest: Type.Optional(Type.String({ description: "Digest of the image's manifest." })),
  reference: Type.Optional(Type.String({ description: 'Where nodes pull it from, by digest.' })),
  method: Type.Optional(
    Type.Enum(['existing', 'compose', 'job'], {
      description: 'existing: it was in the registry · compose: layers put together · job: built in a Job.',
    }),
  ),
  job: Type.Optional(Type.String({ description: 'Name of the build Job.' })),
  processes: Type.Optional(
    Type.Record(Type.String(), Type.Object({ command: Type.Array(Type.String()) }), {
      description: 'Processes that the source declares, with their commands.',
    }),
  ),
  conditions: Type.Optional(Conditions),
});

/** One build, named by what goes into it. */
export const ImageKind = defineKind({
  kind: 'Image',
  resource: 'images',
  singular: 'image',
  shortNames: [],
  namespaced: true,
  description: 'One build of a source. The same inputs make the same Image, so nothing is built twice.',
  spec: ImageSpec,
  status: ImageStatus,
  columns: [
    { name: 'App', type: 'string', jsonPath: '.spec.app' },
    { name: 'Runtime', type: 'string', jsonPath: '.spec.runtime' },
    { name: 'Built', type: 'string', jsonPath: '.status.conditions[?(@.type=="Built")].status' },
    { name: 'Method', type: 'string', jsonPath: '.status.method' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'Digest', type: 'string', jsonPath: '.status.digest', priority: 1 },
    { name: 'Why', type: 'string', jsonPath: '.status.conditions[?(@.type=="Built")].message', priority: 1 },
  ],
});

export type Image = ObjectOf<typeof ImageKind>;
