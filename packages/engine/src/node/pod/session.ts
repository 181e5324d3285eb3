import { connect, type Socket } from 'node:net';
import { dialError } from '../probe/answer.ts';
import type { OpenCommand } from '../process/contract.ts';
import type { CommandRequest, Missing } from '../stream/serve.ts';
import type { Dial } from '../stream/port-forward.ts';
import { namespaceFile } from '../network/names.ts';
import { dialInside } from '../stream/relay.ts';
import { openAttach } from './attach.ts';
import { containersOf, isRunning, type PodWork } from './work.ts';

/** A command in a container of the pod, or the container's own process. */
export function openSession(work: PodWork, request: CommandRequest): Missing | (() => Promise<OpenCommand>) {
  const { container: name, command } = request;
  const container = containersOf(work).find(({ spec }) => spec.name === name);
  const { attempt } = container ?? {};
  if (container === undefined || attempt === undefined || !isRunning(container)) {
    return { status: 404, message: `container not found ("${name}")` };
  }
  if (command === undefined)
    return () => Promise.resolve(openAttach(attempt, { spec: container.spec, stdin: request.stdin }));
  const { stdin, terminal } = request;
  return () => attempt.open({ command, stdin, terminal });
}

/** Ports of the pod, whoever listens there. */
export const dialPod = (work: PodWork): Missing | Dial => {
  const { address, leaving, network } = work;
  if (address === undefined || leaving?.ended || !containersOf(work).some(isRunning)) {
    return { status: 400, message: `pod ${work.pod.metadata.name} does not run` };
  }
  return async (port) => {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`there is no port ${port}`);
    if (network === undefined) return dial(address, port);
    // What listens on the pod's localhost alone is reached from within, at the cost of a process.
    return dial(address, port).catch(() => dialInside(namespaceFile(network.name), port));
  };
};

function dial(host: string, port: number): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect({ host, port });
    socket.once('connect', () => done(socket));
    socket.once('error', (error) => fail(new Error(`dial tcp ${host}:${port}: ${dialError(error)}`)));
  });
}
