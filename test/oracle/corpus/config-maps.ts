import { type Case, changed, get, given, named, patch, post, put, watch, together } from '../case.ts';

const first = { metadata: { name: 'a' }, data: { k: '1' } };

export const cases: readonly Case[] = [
  together(
    'An object is created once, with a name',
    [
      {
        title: 'An object that is created and read',
        bullet: 'kinds',
        steps: [post('configmaps', first), get('configmaps/a')],
      },
      {
        title: 'A name that is taken',
        bullet: 'kinds',
        steps: [given(post('configmaps', first)), post('configmaps', first)],
      },
      {
        title: 'A name that is no name',
        bullet: 'kinds',
        steps: [post('configmaps', { metadata: { name: 'A_b' } })],
      },
    ],
    'configmaps',
  ),
  {
    title: 'An object that is not there',
    bullet: 'kinds',
    steps: [get('configmaps/none')],
  },
  {
    title: 'A PUT that changes nothing is no event and keeps its version',
    bullet: 'life',
    steps: [
      given(named('first', post('configmaps', first))),
      named('same', put('configmaps/a', changed('first', {}))),
      put('configmaps/a', changed('same', { data: { k: '2' } })),
      watch('configmaps?resourceVersion={{first.metadata.resourceVersion}}', { events: 1 }),
    ],
  },
  {
    title: 'A merge patch that changes nothing keeps the version',
    bullet: 'apply',
    steps: [
      post('configmaps', first),
      patch({ path: 'configmaps/a', as: 'merge' }, { data: { k: '1' } }),
      patch({ path: 'configmaps/a', as: 'merge' }, { data: { k: '2' } }),
    ],
  },
  {
    title: 'A PUT with an old version is a conflict',
    bullet: 'kinds',
    steps: [
      given(named('first', post('configmaps', first))),
      given(put('configmaps/a', { ...first, data: { k: '2' } })),
      put('configmaps/a', changed('first', { data: { k: '3' } })),
    ],
  },
];
