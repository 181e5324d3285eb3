import Type, { type Static } from 'typebox';

/** One observation about an object (Kubernetes API conventions, "Typical status properties"). */
export const Condition = Type.Object(
  {
    type: Type.String({ description: 'What is observed, for example Built.' }),
    status: Type.Enum(['True', 'False', 'Unknown']),
    reason: Type.String({ description: 'One word for programs.' }),
    message: Type.String({ description: 'A sentence for people: what, why, and what to do next.' }),
    observedGeneration: Type.Optional(Type.Integer()),
    lastTransitionTime: Type.String({ format: 'date-time' }),
  },
  { description: 'One observation about the object.' },
);

export type Condition = Static<typeof Condition>;

/** The list of conditions in a status; apply merges it by type. */
export const Conditions = Type.Array(Condition, {
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  description: 'What is known about the object, each with its reason.',
});
