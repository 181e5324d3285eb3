import { type Case, get, given, patch, post, type Request, watch, together } from '../case.ts';
import { defined } from '../definition.ts';
import { configMap, widget, widgets } from '../kinds.ts';

const one = given(post('configmaps', configMap('one')));
const accepting = (path: string, accept: string): Request => get(path, { headers: { accept } });
const as = (what: string): string => `application/json;as=${what};v=v1;g=meta.k8s.io`;

const read: readonly (readonly [title: string, accept: string])[] = [
  ['anything', '*/*'],
  ['what is not spoken before what is', 'application/xml, application/json'],
  [
    'a table of another version before an object',
    'application/json;as=Table;v=v2;g=meta.k8s.io, application/json',
  ],
  ['metadata alone', as('PartialObjectMetadata')],
  ['metadata alone, as of old', 'application/json;as=PartialObjectMetadata;v=v1beta1;g=meta.k8s.io'],
  ['a list of metadata', as('PartialObjectMetadataList')],
  ['a character set', 'application/json; charset=utf-8'],
  ['a stream', 'application/json;stream=watch'],
];

const PROTOBUF = {
  reason: 'The engine names what it speaks, and it does not speak protobuf.',
  heading: 'Media types that are accepted',
};

const refused = [
  'json',
  '*',
  'application/*',
  'text/plain',
  'application/json;as=Table;v=v2;g=meta.k8s.io',
  as('Row'),
];

const table = (include: string): Request => accepting(`configmaps/one?includeObject=${include}`, as('Table'));

export const cases: readonly Case[] = [
  together(
    'An object in the forms and encodings that are asked for',
    read.map(
      ([title, accept]): Case => ({
        title: `An object for those who accept ${title}`,
        bullet: 'protocol',
        steps: [one, accepting('configmaps/one', accept)],
      }),
    ),
  ),
  {
    title: 'An object for those who accept nothing that is spoken',
    bullet: 'protocol',
    steps: [one, ...refused.map((accept) => accepting('configmaps/one', accept))],
    differs: PROTOBUF,
  },
  together('A list in the forms that are asked for', [
    {
      title: 'A list as metadata of one object',
      bullet: 'protocol',
      steps: [accepting('configmaps', as('PartialObjectMetadata'))],
    },
    {
      title: 'A list as a list of metadata',
      bullet: 'protocol',
      steps: [one, accepting('configmaps?limit=1', as('PartialObjectMetadataList'))],
    },
  ]),
  {
    title: 'Tables include of their objects what is asked for',
    bullet: 'protocol',
    steps: [one, ...['None', 'Metadata', 'Object', '', 'Name'].map(table)],
  },
  {
    title: 'In a watch of tables only the first event has the columns',
    bullet: 'protocol',
    steps: [
      one,
      given(post('configmaps', configMap('two'))),
      watch('configmaps', { events: 2 }, { headers: { accept: as('Table') } }),
    ],
  },
  {
    title: 'A watch of metadata alone, with bookmarks',
    bullet: 'protocol',
    steps: [
      one,
      watch(
        'configmaps?allowWatchBookmarks=true',
        { events: 2 },
        { headers: { accept: as('PartialObjectMetadata') } },
      ),
    ],
  },
  {
    title: 'Instances as a table, as metadata, and as what they are not',
    bullet: 'protocol',
    steps: [
      ...defined({ type: 'object', properties: { spec: { type: 'object' } } }),
      given(post(widgets, widget('one'))),
      accepting(widgets, as('Table')),
      accepting(widgets, as('PartialObjectMetadataList')),
      accepting(widgets, as('PartialObjectMetadata')),
      accepting(`${widgets}/one`, as('PartialObjectMetadataList')),
      accepting(`${widgets}/one`, 'application/*'),
    ],
  },
  {
    title: 'A strategic patch of an instance',
    bullet: 'protocol',
    steps: [
      ...defined({ type: 'object' }),
      given(post(widgets, widget('one'))),
      patch({ path: `${widgets}/one`, as: 'strategic' }, {}),
    ],
  },
];
