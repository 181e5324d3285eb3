import Type, { type Static } from 'typebox';

const SecretKeyRef = Type.Object(
  {
    name: Type.String({ description: 'Name of the Secret, in the namespace of the object.' }),
    key: Type.String({ description: 'Key in the Secret.' }),
  },
  { 'x-kubernetes-map-type': 'atomic', description: 'One value of a Secret.' },
);

const EnvVar = Type.Object({
  name: Type.String({
    pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
    description: 'Name of the environment variable; names that differ only in case are different.',
  }),
  value: Type.Optional(
    Type.String({ description: 'The value in clear. Use config set for anything secret.' }),
  ),
  valueFrom: Type.Optional(Type.Object({ secretKeyRef: SecretKeyRef })),
});

export type EnvVar = Static<typeof EnvVar>;

/** Environment variables, merged by name. */
export const Env = Type.Array(EnvVar, {
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  maxItems: 1000,
  description: 'Environment variables of every process.',
});
