import { type Case, post, together } from '../case.ts';

const container = { name: 'main', image: 'nginx' };
const pod = (spec: object, metadata: object = {}): object => ({
  metadata: { name: 'a', ...metadata },
  spec: { containers: [container], ...spec },
});
const withContainer = (over: object): object => pod({ containers: [{ ...container, ...over }] });

/** Each is one pod after another; what a map holds is one member, for Go reads maps in no order. */
const refused: Readonly<Record<string, readonly object[]>> = {
  'Pods whose containers cannot be': [
    pod({ containers: [] }),
    pod({
      containers: [
        {},
        { name: 'Big', image: ' nginx' },
        { name: 'b.c', image: 'x' },
        { name: 'b', image: 'x' },
        { name: 'b', image: 'x' },
      ],
    }),
    pod({
      restartPolicy: 'Sometimes',
      dnsPolicy: 'Magic',
      containers: [{ ...container, imagePullPolicy: 'Often', terminationMessagePolicy: 'Never' }],
    }),
    pod({
      initContainers: [
        { name: 'main', image: 'x', livenessProbe: { exec: { command: ['x'] } } },
        {
          name: 'side',
          image: 'x',
          restartPolicy: 'Always',
          livenessProbe: { exec: { command: ['x'] }, successThreshold: 2 },
        },
        { name: 'side', image: 'x', lifecycle: { preStop: { exec: { command: ['x'] } } } },
      ],
      ephemeralContainers: [{ name: 'debug', image: 'x' }],
    }),
  ],
  'Pods whose ports cannot be': [
    withContainer({
      ports: [
        { containerPort: 0 },
        { containerPort: 70000, hostPort: -1 },
        { containerPort: 80, name: 'this-name-is-too-long', protocol: 'ICMP' },
        { containerPort: 81, name: 'a--b' },
        { containerPort: 82, name: '123' },
        { containerPort: 83, name: 'web' },
        { containerPort: 84, name: 'web', hostPort: 8080 },
        { containerPort: 85, hostPort: 8080 },
      ],
    }),
    pod({ hostNetwork: true, containers: [{ ...container, ports: [{ containerPort: 80, hostPort: 81 }] }] }),
  ],
  'Pods whose probes and hooks cannot be': [
    withContainer({
      livenessProbe: {
        httpGet: { port: 0, scheme: 'FTP', httpHeaders: [{ name: 'a b', value: '' }] },
        successThreshold: 2,
      },
      readinessProbe: { exec: { command: [] }, tcpSocket: { port: 'x' }, terminationGracePeriodSeconds: 5 },
      startupProbe: { periodSeconds: -1, timeoutSeconds: -2, failureThreshold: -3, initialDelaySeconds: -4 },
    }),
    withContainer({
      lifecycle: {
        preStop: { sleep: { seconds: 60 } },
        postStart: { httpGet: { port: 'this_port', path: '/x' } },
      },
    }),
  ],
  'Pods whose environment cannot be': [
    withContainer({
      env: [
        { name: '' },
        { name: 'a=b', value: '1' },
        { name: 'A', value: '1', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'B', valueFrom: {} },
        { name: 'C', valueFrom: { fieldRef: { fieldPath: 'spec.nothing' } } },
        { name: 'D', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
        { name: 'E', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } },
        { name: 'F', valueFrom: { resourceFieldRef: { resource: 'limits.gpu', divisor: '2' } } },
        { name: 'G', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2m' } } },
        {
          name: 'H',
          valueFrom: { secretKeyRef: { name: 'A_b', key: '' }, configMapKeyRef: { name: '', key: 'a/b' } },
        },
      ],
      envFrom: [
        {},
        { prefix: 'a=', secretRef: { name: '' } },
        { configMapRef: { name: 'Big' }, secretRef: { name: 'x' } },
      ],
    }),
  ],
  'Pods whose volumes cannot be': [
    pod({
      volumes: [
        { name: '', emptyDir: {} },
        { name: 'Big_One', emptyDir: { sizeLimit: '-1' } },
        { name: 'two', emptyDir: {}, secret: { secretName: 'x' } },
        { name: 'two', hostPath: { path: '/a/../b', type: 'Odd' } },
        {
          name: 'three',
          secret: {
            secretName: '',
            defaultMode: 1000,
            items: [
              { key: '', path: '' },
              { key: 'a', path: '/abs' },
              { key: 'b', path: '..data' },
            ],
          },
        },
        { name: 'four', configMap: { name: '', items: [{ key: 'a', path: '../up', mode: -1 }] } },
        { name: 'five', persistentVolumeClaim: { claimName: '' } },
        {
          name: 'six',
          downwardAPI: { items: [{ path: '' }, { path: 'x', fieldRef: { fieldPath: 'status.podIP' } }] },
        },
        { name: 'seven', nfs: { server: '', path: 'rel' } },
        { name: 'eight', emptyDir: {} },
        { name: 'eight', emptyDir: {} },
      ],
    }),
    pod({
      volumes: [
        {
          name: 'p',
          projected: {
            defaultMode: 4096,
            sources: [
              {
                secret: { name: '', items: [{ key: 'a', path: 'x' }] },
                configMap: { name: 'c', items: [{ key: 'a', path: 'x' }] },
              },
              { serviceAccountToken: { expirationSeconds: 1, path: '' } },
              { serviceAccountToken: { path: '/token' } },
              { downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] } },
            ],
          },
        },
      ],
    }),
  ],
};

export const cases: readonly Case[] = [
  together(
    'Pods whose containers, ports, probes, environment or volumes cannot be',
    Object.entries(refused).map(
      ([title, bodies]): Case => ({
        title,
        bullet: 'kinds',
        steps: bodies.map((body) => post('pods', body)),
      }),
    ),
  ),
];
