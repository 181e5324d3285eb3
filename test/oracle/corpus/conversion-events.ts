import {
  apply,
  type Case,
  changed,
  del,
  get,
  given,
  named,
  patch,
  post,
  put,
  watch,
  together,
} from '../case.ts';

const events = '/apis/events.k8s.io/v1/namespaces/{{ns}}/events';
const table = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };
const time = '2024-05-06T07:08:09.000001Z';
const pod = {
  kind: 'Pod',
  namespace: '{{ns}}',
  name: 'web',
  apiVersion: 'v1',
  fieldPath: 'spec.containers{a}',
};

const event = (more: object = {}): object => ({
  metadata: { name: 'a' },
  eventTime: time,
  type: 'Normal',
  reason: 'Started',
  action: 'Start',
  note: 'It runs.',
  reportingController: 'example.com/agent',
  reportingInstance: 'agent-1',
  regarding: pod,
  ...more,
});

const old = (more: object = {}): object => ({
  metadata: { name: 'a' },
  involvedObject: pod,
  type: 'Warning',
  reason: 'Failed',
  message: 'It does not run.',
  source: { component: 'kubelet', host: 'node' },
  firstTimestamp: '2024-05-06T07:08:09Z',
  lastTimestamp: '2024-05-06T07:09:09Z',
  count: 3,
  ...more,
});

const hard = { 'count/events': '5', 'count/events.events.k8s.io': '1' };
const unused = { 'count/events': '0', 'count/events.events.k8s.io': '0' };

const refused: readonly [string, object][] = [
  ['without a time', event({ eventTime: null })],
  ['of another type, without what it must say', event({ type: 'Odd', action: '', reason: '' })],
  ['without who reports it', event({ reportingController: '', reportingInstance: '' })],
  ['that says too much', event({ action: 'a'.repeat(129), note: 'n'.repeat(1025) })],
  [
    'with fields of the older sort',
    event({
      deprecatedCount: 2,
      deprecatedFirstTimestamp: '2024-05-06T07:08:09Z',
      deprecatedLastTimestamp: '2024-05-06T07:08:09Z',
      deprecatedSource: { component: 'a' },
    }),
  ],
  ['in a series of one', event({ series: { count: 1, lastObservedTime: null } })],
  ['with an odd name', event({ metadata: { name: 'A_b' } })],
  ['with a field of the core group', event({ message: 'm', involvedObject: pod })],
];

export const cases: readonly Case[] = [
  together(
    'Newer events that cannot be',
    refused.map(
      ([title, body]): Case => ({
        title: `A newer event ${title}`,
        bullet: 'kinds',
        steps: [post(events, body)],
      }),
    ),
  ),
  {
    title: 'An event is the same in both groups',
    bullet: 'kinds',
    steps: [
      post(`${events}?fieldManager=m`, event()),
      get('events/a'),
      get(`${events}/a`),
      get(events),
      post('events', old()),
      post('events?fieldManager=n', old({ metadata: { name: 'b' } })),
      get(`${events}/b`),
      get(events),
      del('events/a'),
      get(`${events}/a`),
      del(`${events}/b`),
      get('events'),
    ],
  },
  {
    title: 'No quota counts events, in whichever group',
    bullet: 'life',
    steps: [
      given(post('resourcequotas', { metadata: { name: 'q' }, spec: { hard } })),
      given(
        put('resourcequotas/q/status', {
          metadata: { name: 'q' },
          spec: { hard },
          status: { hard, used: unused },
        }),
      ),
      post(events, event()),
      post('events', old({ metadata: { name: 'b' } })),
      post(events, event({ metadata: { name: 'c' } })),
      get('resourcequotas/q'),
    ],
  },
  {
    title: 'Newer events that are there already, or not at all',
    bullet: 'kinds',
    steps: [
      given(post('events', old())),
      post(events, event()),
      get(`${events}/b`),
      del(`${events}/b`),
      patch({ path: `${events}/b`, as: 'merge' }, { note: 'n' }),
      put(`${events}/c`, event({ metadata: { name: 'c' } })),
      put(`${events}/c`, event({ metadata: { name: 'c', resourceVersion: '1' } })),
      del(`${events}/c`, { preconditions: { uid: 'other' } }),
    ],
  },
  {
    title: 'What may not change in a newer event',
    bullet: 'kinds',
    steps: [
      named('first', given(post(events, event()))),
      put(
        `${events}/a`,
        changed('first', { note: 'n', reason: 'Other', type: 'Warning', regarding: { name: 'b' } }),
      ),
      put(
        `${events}/a`,
        changed('first', {
          eventTime: '2024-05-06T07:08:10.000000Z',
          action: 'Stop',
          reportingController: 'b',
          reportingInstance: 'c',
        }),
      ),
      put(`${events}/a`, changed('first', { series: { count: 1, lastObservedTime: time } })),
      put(`${events}/a`, changed('first', { series: { count: 2, lastObservedTime: time } })),
      put('events/a', { ...old(), metadata: { name: 'a' } }),
      get(`${events}/a`),
    ],
  },
  {
    title: 'Patches of newer events',
    bullet: 'kinds',
    steps: [
      given(post('events?fieldManager=m', old())),
      patch({ path: `${events}/a?fieldManager=n`, as: 'merge' }, { note: 'n' }),
      patch({ path: `${events}/a?fieldManager=n`, as: 'strategic' }, { metadata: { labels: { a: 'b' } } }),
      patch({ path: 'events/a?fieldManager=n', as: 'merge' }, { message: 'n', count: 4 }),
      patch({ path: `${events}/a?fieldManager=n`, as: 'json' }, [
        { op: 'replace', path: '/regarding/name', value: 'other' },
      ]),
      get(`${events}/a`),
    ],
  },
  {
    title: 'Who applies an event owns it in the version that was applied',
    bullet: 'apply',
    steps: [
      apply(`${events}/a?fieldManager=m`, { apiVersion: 'events.k8s.io/v1', kind: 'Event', ...event() }),
      apply('events/a?fieldManager=n', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'a' },
        message: 'Other.',
      }),
      apply('events/a?fieldManager=n&force=true', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'a' },
        message: 'Other.',
      }),
      get(`${events}/a`),
    ],
  },
  {
    title: 'Newer events by their own fields',
    bullet: 'life',
    steps: [
      given(post('events', old())),
      given(post(events, event({ metadata: { name: 'b' }, regarding: { ...pod, name: 'other' } }))),
      get(`${events}?fieldSelector=regarding.name=web`),
      get(`${events}?fieldSelector=regarding.name!=web,type=Normal`),
      get(`${events}?fieldSelector=reportingController=example.com/agent`),
      get(`${events}?fieldSelector=involvedObject.name=web`),
      get(`${events}?fieldSelector=source=kubelet`),
      get('events?fieldSelector=reportingComponent=example.com/agent'),
      get('events?fieldSelector=regarding.name=web'),
    ],
  },
  {
    title: 'A table of events is the same in both groups',
    bullet: 'protocol',
    steps: [
      given(post('events', old())),
      given(post(events, event({ metadata: { name: 'b' }, series: { count: 5, lastObservedTime: time } }))),
      get(events, table),
      get('events', table),
      get(`${events}/a?includeObject=Object`, table),
    ],
  },
  {
    title: 'A watch of newer events sees those that are written in the core group',
    bullet: 'life',
    steps: [
      named('first', given(post('events', old()))),
      given(patch({ path: 'events/a', as: 'merge' }, { message: 'm' })),
      given(del(`${events}/a`)),
      watch(`${events}?resourceVersion={{first.metadata.resourceVersion}}`, { events: 2 }),
      watch(`${events}?resourceVersion={{first.metadata.resourceVersion}}&fieldSelector=regarding.name=web`, {
        events: 2,
      }),
    ],
  },
  {
    title: 'Events of both groups are deleted together',
    bullet: 'life',
    steps: [
      given(post('events', old())),
      given(post(events, event({ metadata: { name: 'b' } }))),
      del(`${events}?fieldSelector=regarding.name=web,type=Warning`),
      get('events'),
      del(events),
      get('events'),
    ],
  },
];
