import { type Case, post, together } from '../case.ts';

const container = { name: 'main', image: 'nginx' };
const pod = (spec: object, metadata: object = {}): object => ({
  metadata: { name: 'a', ...metadata },
  spec: { containers: [container], ...spec },
});
const withContainer = (over: object): object => pod({ containers: [{ ...container, ...over }] });

/** Each is one pod after another; what a map holds is one member, for Go reads maps in no order. */
const refused: Readonly<Record<string, readonly object[]>> = {
  'Pods whose mounts cannot be': [
    pod({
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [
        {
          ...container,
          volumeMounts: [
            { name: 'nothing', mountPath: '/a' },
            { name: 'v', mountPath: '' },
            { name: 'v', mountPath: '/a' },
            { name: 'v', mountPath: '/b', subPath: '/abs', subPathExpr: '../x' },
            { name: 'v', mountPath: '/c', mountPropagation: 'Bidirectional' },
            { name: 'v', mountPath: '/d', mountPropagation: 'Odd' },
            { name: 'v', mountPath: '/e', recursiveReadOnly: 'Enabled' },
          ],
          volumeDevices: [
            { name: 'v', devicePath: '/dev/x' },
            { name: 'w', devicePath: '../x' },
          ],
        },
      ],
    }),
  ],
  'Pods whose resources cannot be': [
    withContainer({ resources: { limits: { cpu: '-1' }, claims: [{ name: 'none' }, { name: '' }] } }),
    withContainer({ resources: { requests: { 'example.com/gpu': '1500m' } } }),
    withContainer({ resources: { limits: { gpu: '1' } } }),
    withContainer({ resources: { limits: { 'hugepages-2Mi': '3Mi' } } }),
    withContainer({ resources: { limits: { cpu: '100m' }, requests: { cpu: '1' } } }),
    withContainer({ resizePolicy: [{ resourceName: 'disk', restartPolicy: 'Odd' }] }),
    pod({
      resourceClaims: [{ name: 'a' }, { name: 'A', resourceClaimName: 'B', resourceClaimTemplateName: 'c' }],
    }),
  ],
  'Pods whose security cannot be': [
    pod({
      securityContext: {
        runAsUser: -1,
        runAsGroup: 4294967296,
        fsGroup: -2,
        supplementalGroups: [-3],
        fsGroupChangePolicy: 'Odd',
        seccompProfile: { type: 'Localhost' },
        sysctls: [
          { name: 'a b', value: '1' },
          { name: 'net.x', value: '1' },
          { name: 'net.x', value: '1' },
        ],
        appArmorProfile: { type: 'RuntimeDefault', localhostProfile: 'x' },
        supplementalGroupsPolicy: 'Odd',
      },
      hostPID: true,
      shareProcessNamespace: true,
      containers: [
        {
          ...container,
          securityContext: {
            runAsUser: -1,
            procMount: 'Odd',
            seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'a' },
          },
        },
      ],
    }),
    withContainer({
      securityContext: {
        privileged: true,
        allowPrivilegeEscalation: false,
        capabilities: { add: ['NET_ADMIN'] },
      },
    }),
    pod({ hostUsers: false, hostNetwork: true, hostPID: true }),
    pod({ os: { name: 'plan9' } }),
  ],
  'Pods that cannot be scheduled as they say': [
    pod({
      nodeSelector: { ok: 'not ok' },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'a b', operator: 'In' },
                  { key: 'zone', operator: 'Exists', values: ['x'] },
                  { key: 'zone', operator: 'Gt', values: [] },
                  { key: 'zone', operator: 'Near', values: ['x y'] },
                ],
                matchFields: [
                  { key: 'metadata.uid', operator: 'In', values: ['x'] },
                  { key: 'metadata.name', operator: 'In', values: [] },
                  { key: 'metadata.name', operator: 'Exists' },
                ],
              },
            ],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }],
        },
      },
    }),
    pod({
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '', namespaces: ['A_b'] }],
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 101,
              podAffinityTerm: {
                topologyKey: 'a b',
                labelSelector: { matchExpressions: [{ key: 'x', operator: 'In' }] },
                matchLabelKeys: ['app'],
                mismatchLabelKeys: ['app'],
              },
            },
          ],
        },
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', matchLabelKeys: ['app'] }],
        },
      },
    }),
    pod({
      tolerations: [
        { operator: 'Equal' },
        { key: 'a b', operator: 'Exists', value: 'x' },
        { key: 'a', operator: 'Near' },
        { key: 'a', value: 'x y', effect: 'Sometimes' },
        { key: 'a', effect: 'NoSchedule', tolerationSeconds: 3 },
      ],
    }),
    pod({
      topologySpreadConstraints: [
        { maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Odd' },
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', minDomains: 0 },
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', nodeAffinityPolicy: 'Odd' },
        { maxSkew: 1, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule', matchLabelKeys: ['app'] },
      ],
    }),
    pod({ schedulingGates: [{ name: 'x' }], nodeName: 'n' }),
  ],
  'Pods whose names and addresses cannot be': [
    pod({
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['1.2.3', '1.1.1.1', '1.1.1.2', '1.1.1.3'],
        searches: ['a_b.c', 'A b'],
        options: [{}],
      },
      hostname: 'A.b',
      subdomain: 'x_y',
      nodeName: 'N_1',
      hostAliases: [{ ip: 'x', hostnames: ['A_b'] }],
      activeDeadlineSeconds: 0,
      readinessGates: [{ conditionType: 'a b' }],
      schedulingGates: [{ name: 'a b' }, { name: 'x' }, { name: 'x' }],
    }),
    pod(
      {},
      {
        name: 'A_b',
        labels: { 'a b': 'x' },
        annotations: { '/x': 'y' },
        finalizers: ['odd', 'a b'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: '', uid: '' }],
      },
    ),
    pod({}, { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '+1' } }),
  ],
};

export const cases: readonly Case[] = [
  together(
    'Pods whose mounts, resources, security, scheduling or names cannot be',
    Object.entries(refused).map(
      ([title, bodies]): Case => ({
        title,
        bullet: 'kinds',
        steps: bodies.map((body) => post('pods', body)),
      }),
    ),
  ),
];
