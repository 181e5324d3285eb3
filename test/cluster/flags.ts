import { join } from 'node:path';

/** What the parts of one control plane are told. */
export interface Layout {
  readonly folder: string;
  readonly etcdPort: number;
  readonly peerPort: number;
  readonly port: number;
  /** False: an acknowledged write may be lost with the machine. Right for everything but measuring. */
  readonly fsync: boolean;
}

/** Where etcd answers: on loopback, without TLS, like one that shares the API server's machine. */
export const etcdUrl = ({ etcdPort }: Layout): string => `http://127.0.0.1:${etcdPort}`;

export const etcdFlags = (layout: Layout): string[] => {
  const client = etcdUrl(layout);
  const peer = `http://127.0.0.1:${layout.peerPort}`;
  return [
    '--name=one',
    `--data-dir=${join(layout.folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=one=${peer}`,
    '--log-level=warn',
    ...(layout.fsync ? [] : ['--unsafe-no-fsync']),
  ];
};

/**
 * Default admission, RBAC, TLS. The advertised address must not be on loopback; nobody uses it (no endpoints are
 * reconciled), so it is one that RFC 5737 keeps for documentation.
 */
export const apiserverFlags = (layout: Layout): string[] => {
  const file = (name: string): string => join(layout.folder, name);
  return [
    `--etcd-servers=${etcdUrl(layout)}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${layout.port}`,
    '--advertise-address=192.0.2.1',
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${file('server.crt')}`,
    `--tls-private-key-file=${file('server.key')}`,
    `--client-ca-file=${file('ca.crt')}`,
    `--token-auth-file=${file('tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-signing-key-file=${file('service-account.key')}`,
    `--service-account-key-file=${file('service-account.key')}`,
    '--service-cluster-ip-range=10.96.0.0/12',
    '--v=1',
  ];
};

/** Nothing waits because much has been asked before. */
const withoutLimits = ['--kube-api-qps=1000', '--kube-api-burst=2000'];

export const controllerManagerFlags = ({ folder }: Pick<Layout, 'folder'>): string[] => [
  `--kubeconfig=${join(folder, 'kubeconfig')}`,
  '--leader-elect=false',
  ...withoutLimits,
  '--use-service-account-credentials=false',
  `--service-account-private-key-file=${join(folder, 'service-account.key')}`,
  '--secure-port=0',
  '--v=1',
];

/** Every namespace is given the authority by which its pods know the API server. */
export const rootCaFlag = ({ folder }: Pick<Layout, 'folder'>): string =>
  `--root-ca-file=${join(folder, 'ca.crt')}`;

export const schedulerFlags = ({ folder }: Pick<Layout, 'folder'>): string[] => [
  `--kubeconfig=${join(folder, 'kubeconfig')}`,
  '--leader-elect=false',
  ...withoutLimits,
  '--secure-port=0',
  '--v=1',
];
