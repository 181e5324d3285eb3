import { readFileSync } from 'node:fs';
import { createClient, nodes } from '@fairlead/kube';
import { openHttp, parseKubeconfig } from '@fairlead/kube/http';
import { eventually } from '../acceptance/processes.ts';

/** Makes fake nodes, and waits until kwok has them ready. */
export const addNodes = async (kubeconfig: string, names: readonly string[]): Promise<void> => {
  const http = openHttp(await parseKubeconfig(readFileSync(kubeconfig, 'utf8'), {}));
  try {
    const all = createClient(http.transport).resource(nodes);
    for (const name of names) {
      const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' };
      await all.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
      await eventually(`node ${name} is ready`, () => all.get({ name }), {
        holds: ({ status }) =>
          status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
        seconds: 30,
      });
    }
  } finally {
    await http.close();
  }
};
