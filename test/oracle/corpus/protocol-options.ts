import { type Case, get, type Request, watch } from '../case.ts';

const token = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64url');
const leases = '/apis/coordination.k8s.io/v1/namespaces/{{ns}}/leases';

/** Options that cannot be read, or do not go together. */
const refused: readonly (readonly [title: string, request: Request])[] = [
  ['a limit without a number', get(`${leases}?limit=`)],
  ['a limit beyond all numbers', get(`${leases}?limit=99999999999999999999`)],
  ['a time limit that is none', get(`${leases}?timeout=soon`)],
  ['a time limit without a unit', get(`${leases}?timeout=5`)],
  ['initial events of a list', get(`${leases}?sendInitialEvents=true`)],
  ['a rule and a token', get(`${leases}?resourceVersionMatch=NotOlderThan&resourceVersion=1&continue=x`)],
  ['a rule of its own and no version', get(`${leases}?resourceVersionMatch=Newest`)],
  ['a token of another alphabet', get(`events?continue=a*b`)],
  ['a token of no length', get('events?continue=abcde')],
  ['a token of another version', get(`events?continue=${token({ v: 'v9', rv: 1, start: 'a' })}`)],
  [
    'a token without a version of the list',
    get(`events?continue=${token({ v: 'meta.k8s.io/v1', start: 'a' })}`),
  ],
  ['a token without a place', get(`events?continue=${token({ v: 'meta.k8s.io/v1', rv: 1 })}`)],
  [
    'a token out of its collection',
    get(`events?continue=${token({ v: 'meta.k8s.io/v1', rv: 1, start: '../a' })}`),
  ],
  ['an object of a version that is none', get('limitranges/a?resourceVersion=abc')],
  ['an object of a negative version', get('limitranges/a?resourceVersion=-1')],
  [
    'a watch with a rule alone',
    get('limitranges?watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=1'),
  ],
  ['a watch with another rule', get('limitranges?watch=true&resourceVersionMatch=Exact')],
  ['initial events without a rule', get('limitranges?watch=true&sendInitialEvents=true&resourceVersion=1')],
];

const ended = { toItsEnd: true } as const;

export const cases: readonly Case[] = [
  ...refused.map(
    ([title, request]): Case => ({ title: `Refused: ${title}`, bullet: 'life', steps: [request] }),
  ),
  {
    title: 'A watch whose time is over before it begins',
    bullet: 'life',
    steps: [watch('resourcequotas?timeoutSeconds=-1', ended)],
  },
  {
    title: 'Initial events of a version that is yet to come',
    bullet: 'life',
    steps: [
      watch(
        'resourcequotas?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=99999999&timeoutSeconds=9',
        ended,
      ),
    ],
  },
  {
    title: 'A bookmark of a built-in kind has the fields that its objects always have',
    bullet: 'life',
    steps: [watch('replicationcontrollers?allowWatchBookmarks=true', { events: 1 })],
  },
  {
    title: 'A watch that is asked for by any word',
    bullet: 'life',
    steps: [get('resourcequotas?watch=FALSE'), watch('resourcequotas?watch=please&timeoutSeconds=1', ended)],
  },
];
