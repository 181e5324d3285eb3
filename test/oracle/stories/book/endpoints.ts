import { endpointSlices, endpoints, pods, services } from '@fairlead/kube';
import { pod } from '../parts.ts';
import { apply, remove, type Story } from '../story.ts';

const told = { tells: [endpointSlices, endpoints] };
const service = (spec: object = {}) =>
  apply(services, 'web', {
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
  });

/** Whether so many places are known, and as many of them ready. */
const known =
  (all: number, ready: number): Story['steps'][number]['until'] =>
  async (look) => {
    const places = (await look.all(endpointSlices)).flatMap((slice) => slice.endpoints ?? []);
    const [old] = await look.all(endpoints);
    const counts = (old?.subsets ?? []).map(({ addresses = [], notReadyAddresses = [] }) => [
      addresses.length,
      notReadyAddresses.length,
    ]);
    const [readyOld = 0, unreadyOld = 0] = [0, 1].map((index) =>
      counts.reduce((total, count) => total + (count[index] ?? 0), 0),
    );
    const isReady = places.filter(({ conditions }) => conditions?.ready === true).length;
    return places.length === all && isReady === ready && readyOld === ready && readyOld + unreadyOld === all;
  };

export const stories: readonly Story[] = [
  {
    title: 'A Service lists its pods and which of them are ready',
    ...told,
    steps: [
      {
        does: [
          service(),
          apply(pods, 'a', pod()),
          apply(pods, 'b', pod()),
          apply(pods, 'c', pod({ app: 'web' }, {}, 'never-ready')),
        ],
        until: known(3, 2),
      },
      { does: [remove(pods, 'a')], until: known(2, 1) },
    ],
  },
  {
    title: 'A headless Service without ports',
    ...told,
    steps: [
      {
        does: [
          service({ clusterIP: 'None', ports: [] }),
          apply(pods, 'a', pod({ app: 'web' }, { hostname: 'first', subdomain: 'web' })),
        ],
        until: known(1, 1),
      },
    ],
  },
  {
    title: 'A Service that publishes what is not ready',
    ...told,
    steps: [
      {
        does: [
          service({ publishNotReadyAddresses: true }),
          apply(pods, 'a', pod({ app: 'web' }, {}, 'never-ready')),
        ],
        until: known(1, 1),
      },
    ],
  },
  {
    title: 'Endpoints that somebody writes are mirrored',
    ...told,
    steps: [
      {
        does: [
          apply(services, 'web', { spec: { ports: [{ name: 'http', port: 80 }] } }),
          apply(endpoints, 'web', {
            metadata: { labels: { by: 'hand' } },
            subsets: [
              { addresses: [{ ip: '10.3.3.1' }, { ip: '10.3.3.2' }], ports: [{ name: 'http', port: 8080 }] },
            ],
          }),
        ],
        until: known(2, 2),
      },
    ],
  },
  {
    title: 'A Service without pods has an empty list',
    ...told,
    steps: [
      {
        does: [service()],
        until: async ({ all }) =>
          (await all(endpoints)).length === 1 && (await all(endpointSlices)).length === 1,
      },
    ],
  },
];
