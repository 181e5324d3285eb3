/** Schemas of definitions that cases are about, and requests for their instances. */
import { patch, post, type Request } from './case.ts';
import { definitions, widget, widgetDefinition, widgets } from './kinds.ts';

export const text = { type: 'string', maxLength: 20 };
export const integer = { type: 'integer' };

export const object = (properties: object, ...rules: readonly object[]) => ({
  type: 'object',
  properties,
  ...(rules.length > 0 && { 'x-kubernetes-validations': rules }),
});

export const ruled = (schema: object, ...rules: readonly object[]) => ({
  ...schema,
  'x-kubernetes-validations': rules,
});

/** The schema of a resource with this spec. */
export const spec = (schema: object) => object({ spec: schema });

export const made = (name: string, value: unknown): Request => post(widgets, widget(name, { spec: value }));

export const altered = (name: string, value: unknown): Request =>
  patch({ path: `${widgets}/${name}`, as: 'merge' }, { spec: value });

/** A definition with this spec, to be refused. */
export const refused = (schema: object): Request => post(definitions, widgetDefinition(spec(schema)));
