import { get, given, post, type Request } from './case.ts';
import { definitions, widgetDefinition, widgets } from './kinds.ts';

/** The steps after which instances of Widget can be written. */
export const defined = (schema: object, version: object = {}): readonly Request[] => [
  given(post(definitions, widgetDefinition(schema, version))),
  given(get(widgets, { until: { status: 200 } })),
];
