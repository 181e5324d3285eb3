import Type, { type Static } from 'typebox';

const Quantities = Type.Record(Type.String(), Type.String({ description: 'A Kubernetes quantity, 500m.' }));

/** What a process may use; handed to Kubernetes as it is. */
export const Resources = Type.Object(
  { requests: Type.Optional(Quantities), limits: Type.Optional(Quantities) },
  { description: 'Requests and limits of each copy, as Kubernetes takes them.' },
);

/** A kind of process of an app, as its owner sets it. */
export const Process = Type.Object({
  replicas: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1000,
      description: 'How many copies run. web starts with 1, others with 0.',
    }),
  ),
  command: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      description: "Replaces the command of the Procfile or the runtime. $(NAME) is the variable's value.",
    }),
  ),
  resources: Type.Optional(Resources),
});

export type Process = Static<typeof Process>;

/** Processes by name. */
export const Processes = Type.Record(Type.String(), Process, {
  description:
    'Processes by name. The one called web gets the routes. Defaults: the Procfile, then the runtime.',
});
