import { type Case, changed, del, get, named, patch, post, put } from '../case.ts';

const volumes = '/api/v1/persistentvolumes';
const one = `${volumes}/{{ns}}`;

const volume = (spec: object, metadata: object = {}) => ({ metadata: { name: '{{ns}}', ...metadata }, spec });

const placed = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] };
const good = { ...placed, hostPath: { path: '/data' } };

const merged = (path: string, body: object) => patch({ path, as: 'merge' }, body);
const onNodes = (...keys: readonly string[]) => ({
  spec: {
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: keys.map((key) => ({ key, operator: 'Exists' })) }],
      },
    },
  },
});

const refused: readonly object[] = [
  {},
  placed,
  { ...good, capacity: { storage: '-1' } },
  { ...good, accessModes: ['Odd', 'ReadWriteOncePod', 'ReadWriteOnce'] },
  { ...good, nfs: { server: 'a', path: 'b' } },
  { ...good, persistentVolumeReclaimPolicy: 'Odd' },
  { ...good, hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' },
  { ...placed, local: { path: '/a/../b' } },
  { ...good, nodeAffinity: {} },
  { ...good, storageClassName: 'A_b', volumeMode: 'Odd', volumeAttributesClassName: '' },
  { ...placed, csi: { driver: 'A_b', nodePublishSecretRef: {} } },
  { ...placed, nfs: { server: '', path: 'x' } },
];

const sets = '/apis/apps/v1/namespaces/{{ns}}/statefulsets';

const claiming = (name: string, ...claims: readonly object[]) => ({
  metadata: { name },
  spec: {
    serviceName: 's',
    selector: { matchLabels: { app: 'a' } },
    template: {
      metadata: { labels: { app: 'a' } },
      spec: { containers: [{ name: 'main', image: 'app:1' }] },
    },
    volumeClaimTemplates: claims,
  },
});

const claim = (name: string, more: object = {}) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more },
});

/** PersistentVolumes, and the claims of StatefulSets. */
export const cases: readonly Case[] = [
  {
    title: 'Volumes that cannot be',
    bullet: 'kinds',
    steps: [
      ...refused.map((spec) => post(volumes, volume(spec))),
      post(volumes, volume(good, { annotations: { 'volume.beta.kubernetes.io/mount-options': 'a' } })),
    ],
  },
  {
    title: 'Of a volume its source, its mode and its nodes stay',
    bullet: 'kinds',
    steps: [
      named('first', post(volumes, volume(good))),
      put(one, changed('first', { spec: { hostPath: { path: '/other' } } })),
      put(one, changed('first', { spec: { capacity: { storage: '0' }, volumeMode: 'Block' } })),
      merged(one, onNodes('a')),
      merged(one, onNodes('b')),
      merged(one, { spec: { persistentVolumeReclaimPolicy: 'Recycle', accessModes: ['ReadOnlyMany'] } }),
      merged(one, { metadata: { labels: { 'a b': 'c' } } }),
    ],
  },
  {
    title: 'The phase of a volume has a time, and the volume in use stays',
    bullet: 'kinds',
    steps: [
      post(volumes, volume(good)),
      merged(`${one}/status`, { status: { phase: 'Bound' } }),
      merged(`${one}/status`, { status: { phase: 'Odd' } }),
      merged(`${one}/status`, { status: {} }),
      del(one),
      get(one),
    ],
  },
  {
    title: 'The claims of a stateful set are judged as claims, once',
    bullet: 'kinds',
    steps: [
      post(sets, claiming('a', { metadata: { name: 'd' } })),
      post(
        sets,
        claiming('a', claim('d', { accessModes: ['Odd'], volumeMode: 'x', storageClassName: 'A_b' })),
      ),
      post(sets, claiming('a', claim('d'), claim('D_'))),
      post(sets, claiming('b', claim('d'))),
      merged(`${sets}/b`, { spec: { volumeClaimTemplates: [] } }),
    ],
  },
  {
    title: 'A role without rules, and names that roles cannot have',
    bullet: 'rbac',
    steps: ['a', 'a/b', '..', 'c', ''].flatMap((name) => [
      post('/apis/rbac.authorization.k8s.io/v1/namespaces/{{ns}}/roles', { metadata: { name }, rules: [] }),
      get('/apis/rbac.authorization.k8s.io/v1/namespaces/{{ns}}/roles'),
    ]),
  },
];
