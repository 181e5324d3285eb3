import Type, { type Static } from 'typebox';
import { Conditions } from '../kind/condition.ts';
import { defineKind, type ObjectOf } from '../kind/define.ts';
import { Env } from '../kind/env.ts';
import { Source } from '../kind/source.ts';

const ReleaseImage = Type.Object({
  name: Type.Optional(Type.String({ description: 'Name of the Image; absent for one built elsewhere.' })),
  reference: Type.String({ description: 'Where nodes pull it from.' }),
});

const ReleaseSpec = Type.Object({
  app: Type.String({ description: 'Name of the App.' }),
  version: Type.Integer({ minimum: 1, description: 'Its number: v1, v2, …' }),
  summary: Type.String({ description: 'What changed, in a few words: deployed 3f2c1a9, added POWERED_BY.' }),
  reasons: Type.Array(Type.String(), { description: 'What changed, one word each, for programs.' }),
  changedBy: Type.Optional(Type.String({ description: 'Who changed it.' })),
  source: Type.Optional(Source),
  runtime: Type.Optional(Type.String()),
  image: Type.Optional(ReleaseImage),
  env: Type.Optional(Env),
  processes: Type.Optional(
    Type.Record(Type.String(), Type.Object({ command: Type.Array(Type.String()) }), {
      description: 'What each process runs. How many copies is not part of a release.',
    }),
  ),
});

const ReleaseStatus = Type.Object({
  phase: Type.Optional(
    Type.Enum(['Pending', 'Deploying', 'Succeeded', 'Failed', 'Superseded'], {
      description:
        'Succeeded got the traffic once · Failed never did · Superseded was replaced before it could.',
    }),
  ),
  conditions: Type.Optional(Conditions),
});

/** An immutable, numbered snapshot of image, configuration and processes. */
export const ReleaseKind = defineKind({
  kind: 'Release',
  resource: 'releases',
  singular: 'release',
  shortNames: [],
  namespaced: true,
  description: 'What an app was at one time: image, configuration and processes. Never changed once written.',
  spec: ReleaseSpec,
  status: ReleaseStatus,
  columns: [
    { name: 'App', type: 'string', jsonPath: '.spec.app' },
    { name: 'Version', type: 'integer', jsonPath: '.spec.version' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Summary', type: 'string', jsonPath: '.spec.summary' },
    { name: 'By', type: 'string', jsonPath: '.spec.changedBy' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'Image', type: 'string', jsonPath: '.spec.image.reference', priority: 1 },
  ],
});

export type Release = ObjectOf<typeof ReleaseKind>;
export type ReleaseSpec = Static<typeof ReleaseSpec>;
