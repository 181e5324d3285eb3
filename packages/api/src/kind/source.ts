import Type, { type Static } from 'typebox';

const SourceFile = Type.Object({
  path: Type.String({
    minLength: 1,
    maxLength: 512,
    description: 'Relative path with forward slashes, inside the source.',
  }),
  content: Type.String({ description: 'The text of the file.' }),
});

const Artifact = Type.Object(
  {
    digest: Type.String({
      pattern: '^sha256:[a-f0-9]{64}$',
      description: "Digest of the source's OCI artifact in the app's repository of the registry.",
    }),
    commit: Type.Optional(Type.String({ description: 'The git commit it was made from.' })),
    ref: Type.Optional(Type.String({ description: 'The git reference that was pushed.' })),
  },
  { description: 'A source that was pushed or uploaded.' },
);

/** Where the code comes from. Owned whole: who sets the source replaces what another way in had set. */
export const Source = Type.Object(
  {
    files: Type.Optional(
      Type.Array(SourceFile, { maxItems: 1000, description: 'Inline files, 200 KB together at most.' }),
    ),
    artifact: Type.Optional(Artifact),
    image: Type.Optional(
      Type.String({ minLength: 1, description: 'Reference of an image that is built elsewhere.' }),
    ),
  },
  {
    'x-kubernetes-map-type': 'atomic',
    maxProperties: 1,
    description:
      'Where the code comes from: at most one of files, artifact and image. None yet: the app waits for its first push.',
  },
);

export type Source = Static<typeof Source>;
