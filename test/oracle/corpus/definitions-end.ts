import { type Case, del, get, given, patch, post } from '../case.ts';
import { defined } from '../definition.ts';
import { definitions, widget, widgets } from '../kinds.ts';
import { object, spec, text } from '../schemas.ts';

const own = `${definitions}/widgets.{{ns}}.example.com`;
const schema = spec(object({ a: text }));
const kept = (name: string) =>
  post(widgets, { ...widget(name), metadata: { name, finalizers: ['example.com/keep'] } });
const released = (name: string) =>
  patch({ path: `${widgets}/${name}`, as: 'merge' }, { metadata: { finalizers: null } });
const condition = (type: string, status: string) => ({ status: { conditions: [{ type, status }] } });

export const cases: readonly Case[] = [
  {
    title: 'A definition goes with its instances, and waits for those that somebody keeps',
    bullet: 'crd',
    steps: [
      ...defined(schema),
      given(kept('a')),
      given(post(widgets, widget('b'))),
      given(del(own)),
      given(get(`${widgets}/b`, { until: { status: 404 } })),
      post(widgets, widget('c'), { until: { status: 403 } }),
      given(released('a')),
      given(get(own, { until: { status: 404 } })),
      get(`${widgets}/a`, { until: { status: 404 } }),
    ],
  },
  {
    title: 'A definition whose names are taken waits until they are free',
    bullet: 'crd',
    steps: [
      ...defined(schema),
      given(
        post(definitions, {
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          metadata: { name: 'gadgets.{{ns}}.example.com' },
          spec: {
            group: '{{ns}}.example.com',
            scope: 'Namespaced',
            names: { plural: 'gadgets', singular: 'gadget', kind: 'Widget', listKind: 'GadgetList' },
            versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
          },
        }),
      ),
      given(
        get(`${definitions}/gadgets.{{ns}}.example.com`, {
          until: { has: condition('NamesAccepted', 'False') },
        }),
      ),
      get(widgets.replace('/widgets', '/gadgets')),
      given(del(own)),
      given(get(widgets.replace('/widgets', '/gadgets'), { until: { status: 200 } })),
      post(widgets.replace('/widgets', '/gadgets'), widget('a')),
    ],
  },
];
