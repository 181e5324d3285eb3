import type { ContainerPort, IntOrString } from '@fairlead/kube';

/** What one try found. The message says to people what was asked and what came back. */
export interface ProbeAnswer {
  readonly ok: boolean;
  readonly message: string;
}

/** Names are looked up among the container's own ports. */
export function numberOf(port: IntOrString, ports: readonly ContainerPort[]): number {
  if (typeof port === 'number') return port;
  const named = ports.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : 0);
}

/** As Go words what the system says of a connection. */
export const dialError = (error: NodeJS.ErrnoException): string =>
  error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message;
