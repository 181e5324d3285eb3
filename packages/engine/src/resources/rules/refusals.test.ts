import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FrontDoor, openFrontDoor } from '../../testing/front-door.ts';

// The rules of a kind, by what is said of an object that breaks them. More of them are in the corpus of the oracle.

interface Refusal {
  readonly title: string;
  readonly body: object;
  readonly causes: readonly string[];
}

const of = async (door: FrontDoor, path: string, body: object): Promise<string[]> => {
  const answer = await door.post(path, { metadata: { name: 'a' }, ...body });
  assert.equal(answer.status, 422, JSON.stringify(answer.body));
  return answer.body.details.causes.map(
    ({ field, message }: { readonly field: string; readonly message: string }) => `${field}: ${message}`,
  );
};

const inDefault = (group: string, resource: string): string =>
  `/${group === '' ? 'api' : `apis/${group}`}/v1/namespaces/default/${resource}`;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const secrets: readonly Refusal[] = [
  {
    title: 'whose key is no name of a file',
    body: { data: { '..': '' } },
    causes: ['data[..]: Invalid value: "..": must not be \'..\''],
  },
  {
    title: 'for Docker, of no JSON',
    body: { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': base64('{') } },
    causes: ['data[.dockercfg]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'],
  },
  {
    title: 'for a log-in, of neither name nor password',
    body: { type: 'kubernetes.io/basic-auth' },
    causes: ['data[username]: Required value', 'data[password]: Required value'],
  },
  {
    title: 'for TLS, without its key',
    body: { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } },
    causes: ['data[tls.key]: Required value'],
  },
];

const services: readonly Refusal[] = [
  {
    title: 'of two ports without names',
    body: { spec: { ports: [{ port: 80 }, { port: 81 }] } },
    causes: ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
  },
  {
    title: 'of one port twice',
    body: {
      spec: {
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      },
    },
    causes: [
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ],
  },
  {
    title: 'that is a name and has none',
    body: { spec: { type: 'ExternalName' } },
    causes: ['spec.externalName: Required value'],
  },
  {
    title: 'reached from outside at an address of this machine alone',
    body: { spec: { ports: [{ port: 80 }], externalIPs: ['127.0.0.1'] } },
    causes: [
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
  },
  {
    title: 'whose affinity lasts too long',
    body: {
      spec: {
        ports: [{ port: 80 }],
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } },
      },
    },
    causes: [
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
    ],
  },
];

const policies: readonly Refusal[] = [
  {
    title: 'of a peer that is two',
    body: {
      spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }] },
    },
    causes: ['spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer'],
  },
  {
    title: 'whose exception is not within',
    body: {
      spec: {
        podSelector: {},
        egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }] }],
      },
    },
    causes: [
      'spec.egress[0].to[0].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
    ],
  },
];

const ingresses: readonly Refusal[] = [
  {
    title: 'without anything to do',
    body: {},
    causes: ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
  },
  {
    title: 'to two places at once',
    body: {
      spec: {
        defaultBackend: { service: { name: 'a', port: { number: 1 } }, resource: { kind: 'A', name: 'b' } },
      },
    },
    causes: ['spec.defaultBackend: Invalid value: "": cannot set both resource and service backends'],
  },
];

const bindings: readonly Refusal[] = [
  {
    title: 'of a robot to nothing',
    body: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'b' },
      subjects: [{ kind: 'Robot', name: 'r' }],
    },
    causes: [
      'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
    ],
  },
];

const claims: readonly Refusal[] = [
  {
    title: 'of no size',
    body: { spec: { accessModes: ['ReadWriteOnce'] } },
    causes: ['spec.resources[storage]: Required value'],
  },
  {
    title: 'for one pod and for many',
    body: {
      spec: {
        accessModes: ['ReadWriteOncePod', 'ReadWriteMany'],
        resources: { requests: { storage: '1Gi' } },
      },
    },
    causes: ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
  },
];

const tables: readonly (readonly [kind: string, path: string, rows: readonly Refusal[]])[] = [
  ['A Secret', inDefault('', 'secrets'), secrets],
  ['A Service', inDefault('', 'services'), services],
  ['A NetworkPolicy', inDefault('networking.k8s.io', 'networkpolicies'), policies],
  ['An Ingress', inDefault('networking.k8s.io', 'ingresses'), ingresses],
  ['A RoleBinding', inDefault('rbac.authorization.k8s.io', 'rolebindings'), bindings],
  ['A claim', inDefault('', 'persistentvolumeclaims'), claims],
];

for (const [kind, path, rows] of tables) {
  describe(`${kind} is refused`, () => {
    for (const { title, body, causes } of rows) {
      it(title, async () => {
        await using door = await openFrontDoor();
        assert.deepEqual(await of(door, path, body), causes);
      });
    }
  });
}
