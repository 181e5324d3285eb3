import type { ContainerPort } from './ports.ts';

interface Placed {
  readonly container: { readonly ports?: readonly ContainerPort[] };
  readonly field: string;
}

/** Ports of one pod share an address, so the same twice is at least odd. */
export const portWarnings = (containers: readonly Placed[]): readonly string[] => {
  const all = containers.flatMap(({ container, field }) =>
    (container.ports ?? []).map((port, index) => ({ port, at: `${field}.ports[${index}]` })),
  );
  return all.length < 2
    ? all.flatMap(({ port, at }) => addressWarning(port, at))
    : [...all.flatMap((one, index) => clashes(one, all.slice(0, index))), ...nameWarnings(all)];
};

interface At {
  readonly port: ContainerPort;
  readonly at: string;
}

const clashes = ({ port, at }: At, before: readonly At[]): readonly string[] => [
  ...addressWarning(port, at),
  ...before.flatMap((other) => {
    const same = other.port.containerPort === port.containerPort && other.port.protocol === port.protocol;
    const kind = same ? clash(port, other.port) : undefined;
    return kind === undefined ? [] : [`${at}: ${kind} port definition with ${other.at}`];
  }),
];

const addressWarning = (port: ContainerPort, at: string): readonly string[] => {
  const { name = '', hostPort = 0, containerPort = 0, protocol = '', hostIP = '' } = port;
  if (hostIP === '' || hostPort !== 0) return [];
  const shown = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
  return [`${at}: hostIP set without hostPort: ${shown}`];
};

const clash = (a: ContainerPort, b: ContainerPort): string | undefined => {
  const [here, there] = [a.hostPort ?? 0, b.hostPort ?? 0];
  const [ip, other] = [a.hostIP ?? '', b.hostIP ?? ''];
  if (here === there && ip === other) return 'duplicate';
  if (here === 0 || there === 0) return 'overlapping';
  return here === there && (ip === '') !== (other === '') ? 'dangerously ambiguous' : undefined;
};

const nameWarnings = (all: readonly At[]): readonly string[] => {
  const first = new Map<string, string>();
  return all.flatMap(({ port: { name = '' }, at }) => {
    const other = first.get(name);
    if (name !== '' && other === undefined) first.set(name, at);
    if (name === '' || other === undefined) return [];
    return [
      `${at}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
    ];
  });
};
