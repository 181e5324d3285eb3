import Type, { type Static } from 'typebox';
import { Conditions } from '../kind/condition.ts';
import { defineKind, type ObjectOf } from '../kind/define.ts';
import { Env } from '../kind/env.ts';
import { Processes } from '../kind/process.ts';
import { Source } from '../kind/source.ts';

const Route = Type.Object({
  host: Type.String({
    minLength: 1,
    maxLength: 253,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    description: 'Host name in lower case, without port. The app that had it first keeps it.',
  }),
  path: Type.Optional(
    Type.String({ pattern: '^/', default: '/', description: 'Requests whose path starts with this.' }),
  ),
});

const Timeouts = Type.Object({
  build: Type.Optional(
    Type.Integer({ minimum: 1, default: 900, description: 'Seconds that a build may take.' }),
  ),
  rollout: Type.Optional(
    Type.Integer({ minimum: 1, default: 60, description: 'Seconds that a rollout may go without progress.' }),
  ),
});

const AppSpec = Type.Object({
  source: Type.Optional(Source),
  runtime: Type.Optional(
    Type.String({ description: 'Name of the Runtime. Detected from the source when it is not set.' }),
  ),
  env: Type.Optional(Env),
  processes: Type.Optional(Processes),
  routes: Type.Optional(Type.Array(Route, { maxItems: 16, description: "Addresses besides the app's own." })),
  timeouts: Type.Optional(Timeouts),
  buildRequest: Type.Optional(
    Type.String({ description: 'Any new value asks for another try of a build or a release that failed.' }),
  ),
});

const AppPhase = Type.Enum(['Pending', 'Building', 'Deploying', 'Running', 'Degraded', 'Failed', 'Stopped'], {
  description:
    'Pending waits for its first source · Building · Deploying · Running the newest release · Degraded: the newest failed, the last good one serves · Failed: nothing serves · Stopped: scaled to zero.',
});

const AppStatus = Type.Object({
  phase: Type.Optional(AppPhase),
  url: Type.Optional(Type.String({ description: 'Where the app answers.' })),
  release: Type.Optional(Type.Integer({ description: 'Number of the newest release.' })),
  serving: Type.Optional(Type.Integer({ description: 'Number of the release that has the traffic.' })),
  image: Type.Optional(Type.String({ description: 'Name of the Image of the newest release.' })),
  building: Type.Optional(Type.String({ description: 'Name of the Image that is being built.' })),
  ready: Type.Optional(Type.String({ description: 'Ready copies of all that should run, 5/5.' })),
  observedGeneration: Type.Optional(Type.Integer()),
  conditions: Type.Optional(Conditions),
});

/** What should run: the one object that a user writes. */
export const AppKind = defineKind({
  kind: 'App',
  resource: 'apps',
  singular: 'app',
  shortNames: [],
  namespaced: true,
  description: 'An app: where its code comes from, how it is configured, how many copies of what run.',
  spec: AppSpec,
  status: AppStatus,
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Release', type: 'integer', jsonPath: '.status.release' },
    { name: 'Ready', type: 'string', jsonPath: '.status.ready' },
    { name: 'URL', type: 'string', jsonPath: '.status.url' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'Runtime', type: 'string', jsonPath: '.spec.runtime', priority: 1 },
    { name: 'Why', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message', priority: 1 },
  ],
});

export type App = ObjectOf<typeof AppKind>;
export type AppPhase = Static<typeof AppPhase>;
export type AppStatus = Static<typeof AppStatus>;
