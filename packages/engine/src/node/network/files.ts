import type { Pod } from '@fairlead/kube';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the names of a cluster end with. */
export const clusterDomain = 'cluster.local';

export interface NamesOrder {
  readonly pod: Pod;
  /** Of the pod; undefined for one in the machine's own network. */
  readonly address: string | undefined;
  /** Where names of the cluster are asked for. */
  readonly server: string;
  /** The machine's own settings: `/etc/resolv.conf` and `/etc/hosts`. */
  readonly machine: { readonly resolver: string; readonly hosts: string; readonly hostname: string };
}

/** The files of `/etc` by which a pod knows itself and others. */
export async function writeNames(folder: string, order: NamesOrder): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const files = {
    hostname: `${hostnameOf(order)}\n`,
    hosts: renderHosts(order),
    'resolv.conf': renderResolver(order),
  };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o644 });
}

export const nameFiles = ['hostname', 'hosts', 'resolv.conf'] as const;

/** At most 63 letters, as the kernel's own limit is. */
export function hostnameOf({
  pod,
  address,
  machine,
}: Pick<NamesOrder, 'pod' | 'address' | 'machine'>): string {
  if (address === undefined) return machine.hostname;
  const { hostname, setHostnameAsFQDN } = pod.spec as Loose;
  const short = (hostname || pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '');
  const full = fullNameOf(pod, short);
  return setHostnameAsFQDN === true && full !== undefined ? full : short;
}

interface Loose {
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly setHostnameAsFQDN?: boolean;
  readonly dnsPolicy?: string;
  readonly dnsConfig?: DnsConfig;
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[];
}

interface DnsConfig {
  readonly nameservers?: readonly string[];
  readonly searches?: readonly string[];
  readonly options?: readonly { readonly name?: string; readonly value?: string }[];
}

const fullNameOf = ({ metadata, spec }: Pod, hostname: string): string | undefined => {
  const { subdomain } = spec as Loose;
  return subdomain
    ? `${hostname}.${subdomain}.${metadata.namespace ?? 'default'}.svc.${clusterDomain}`
    : undefined;
};

/** As a kubelet writes it (Kubernetes, "Adding entries to Pod /etc/hosts"). */
function renderHosts(order: NamesOrder): string {
  const { pod, address, machine } = order;
  const { hostAliases = [] } = pod.spec as Loose;
  const aliases = hostAliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`);
  const added = aliases.length === 0 ? '' : `\n# Entries added by HostAliases.\n${aliases.join('')}`;
  if (address === undefined) return `${machine.hosts}${added}`;
  const short = hostnameOf({
    ...order,
    pod: { ...pod, spec: { ...pod.spec, setHostnameAsFQDN: false } },
  });
  const full = fullNameOf(pod, short);
  const own = full === undefined ? short : `${full}\t${short}`;
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${address}\t${own}`,
    added,
  ].join('\n');
}

interface Resolver {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** By the pod's policy, and what it adds itself (Kubernetes, "DNS for Services and Pods"). */
function renderResolver(order: NamesOrder): string {
  const { dnsConfig = {} } = order.pod.spec as Loose;
  const base = resolverOf(order);
  const own = new Set((dnsConfig.options ?? []).map(({ name = '' }) => name));
  const options = [
    ...base.options.filter((option) => !own.has(option.split(':')[0] ?? '')),
    ...(dnsConfig.options ?? []).map(({ name = '', value }) =>
      value === undefined ? name : `${name}:${value}`,
    ),
  ];
  const nameservers = [...new Set([...base.nameservers, ...(dnsConfig.nameservers ?? [])])];
  const searches = [...new Set([...base.searches, ...(dnsConfig.searches ?? [])])];
  return [
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...nameservers.map((server) => `nameserver ${server}`),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
    '',
  ].join('\n');
}

function resolverOf({ pod, address, server, machine }: NamesOrder): Resolver {
  const { dnsPolicy = 'ClusterFirst' } = pod.spec as Loose;
  const outside = parseResolver(machine.resolver);
  if (dnsPolicy === 'None') return { nameservers: [], searches: [], options: [] };
  const usesCluster =
    dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && address !== undefined);
  if (!usesCluster) return outside;
  const namespace = pod.metadata.namespace ?? 'default';
  const searches = [
    `${namespace}.svc.${clusterDomain}`,
    `svc.${clusterDomain}`,
    clusterDomain,
    ...outside.searches,
  ];
  return { nameservers: [server], searches, options: ['ndots:5'] };
}

/** resolv.conf(5). */
export function parseResolver(text: string): Resolver {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const values = (name: string) => lines.filter(([key]) => key === name).map(([, ...rest]) => rest);
  return {
    nameservers: values('nameserver').flatMap(([server]) => server ?? []),
    // The last one counts.
    searches: values('search').at(-1) ?? values('domain').at(-1) ?? [],
    options: values('options').flat(),
  };
}
