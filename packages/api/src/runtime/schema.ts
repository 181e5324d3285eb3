import Type, { type Static } from 'typebox';
import { Conditions } from '../kind/condition.ts';
import { defineKind, type ObjectOf } from '../kind/define.ts';

const Command = Type.Array(Type.String(), { minItems: 1 });

const HelperFile = Type.Object({
  path: Type.String({ description: "Relative to the app's folder." }),
  content: Type.String(),
  executable: Type.Optional(Type.Boolean()),
});

const Dependencies = Type.Object(
  {
    inputs: Type.Array(Type.String(), {
      description: 'Files of the source that decide the dependency layer; a folder ends with a slash.',
    }),
    command: Type.Array(Type.String(), {
      minItems: 1,
      description:
        'Fills the folder $(DEPS) from the source in the working folder; $(HELPERS) holds the helper files of this step.',
    }),
    helperFiles: Type.Optional(
      Type.Array(HelperFile, { description: 'Files that only this step sees, in the folder $(HELPERS).' }),
    ),
    tool: Type.Optional(
      Type.Object(
        { command: Command, name: Type.String(), install: Type.String() },
        { description: 'How to see that the tool is there, and how to get it.' },
      ),
    ),
  },
  { description: 'The step that makes the dependency layer.' },
);

const DefaultProcess = Type.Object({
  name: Type.String(),
  command: Command,
  whenFile: Type.Optional(Type.String({ description: 'Only when the source has this file.' })),
  whenText: Type.Optional(
    Type.String({ description: 'Only when whenFile contains this regular expression; ^ and $ mean lines.' }),
  ),
  whenDependency: Type.Optional(
    Type.String({ description: 'Only when one of the dependency inputs names this package.' }),
  ),
});

const RuntimeSpec = Type.Object({
  priority: Type.Optional(Type.Integer({ default: 100, description: 'Detection asks lower numbers first.' })),
  detect: Type.Object(
    {
      files: Type.Array(Type.String(), {
        description: 'Names at the top of the source; one of them is enough.',
      }),
    },
    { description: 'When a source is of this kind.' },
  ),
  base: Type.Optional(
    Type.String({
      description:
        "Base image. Without one the machine's own toolchain is used. Not served yet: a runtime with one builds nothing.",
    }),
  ),
  dependencies: Type.Optional(Dependencies),
  processes: Type.Optional(
    Type.Array(DefaultProcess, {
      description: 'Processes of a source without a Procfile; the first that fits wins, for each name.',
    }),
  ),
  env: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), value: Type.String() }), {
      description: "Variables of the image. $(APP) is the app's folder, found at start.",
    }),
  ),
  helperFiles: Type.Optional(Type.Array(HelperFile, { description: 'Files that are added to the image.' })),
});

const RuntimeStatus = Type.Object({ conditions: Type.Optional(Conditions) });

/** How a kind of source becomes an image and processes. */
export const RuntimeKind = defineKind({
  kind: 'Runtime',
  resource: 'runtimes',
  singular: 'runtime',
  shortNames: [],
  namespaced: false,
  description: 'How a kind of source is recognised, built and run. Data only: operators add their own.',
  spec: RuntimeSpec,
  status: RuntimeStatus,
  columns: [
    { name: 'Detects', type: 'string', jsonPath: '.spec.detect.files' },
    { name: 'Base', type: 'string', jsonPath: '.spec.base' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
});

export type Runtime = ObjectOf<typeof RuntimeKind>;
export type RuntimeSpec = Static<typeof RuntimeSpec>;
