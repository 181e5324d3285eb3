import type { KubeObject } from '@fairlead/kube';
import type { ResourceDefinition } from '../../schema/definition.ts';
import { scalerCells } from './cells-autoscaler.ts';
import { eventCells } from './cells-event.ts';
import { endpointSliceCells, endpointsCells, ingressCells, serviceCells } from './cells-network.ts';
import { nodeCells } from './cells-node.ts';
import { podCells } from './cells-pod.ts';
import { claimCells, volumeCells } from './cells-storage.ts';
import {
  cronJobCells,
  daemonSetCells,
  deploymentCells,
  jobCells,
  replicaSetCells,
  statefulSetCells,
} from './cells-workload.ts';
import { readPath } from './path.ts';

/** What stands in one column for one object. */
export type Cell = (object: KubeObject, now: number) => unknown;

/** Cells by the name of their column; what is not here comes from the column's path. */
export type Cells = Readonly<Record<string, Cell>>;

/** The text at a path, or what stands for nothing. */
const at = (path: string, none = ''): Cell => {
  const read = readPath(path);
  return (object) => read(object)[0] ?? none;
};

/** How many there are at a path. */
const sizeAt = (...paths: string[]): Cell => {
  const reads = paths.map(readPath);
  return (object) =>
    reads.reduce((sum, read) => {
      const [value] = read(object);
      return sum + (typeof value === 'object' && value !== null ? Object.keys(value).length : 0);
    }, 0);
};

const roleCells: Cells = {
  Role: (object) => {
    const [kind, name] = [at('.roleRef.kind')(object, 0), at('.roleRef.name')(object, 0)];
    return `${String(kind)}/${String(name)}`;
  },
};

const CELLS: Readonly<Record<string, Cells>> = {
  '/configmaps': { Data: sizeAt('.data', '.binaryData') },
  '/endpoints': endpointsCells,
  '/events': eventCells,
  '/namespaces': { Status: at('.status.phase') },
  '/nodes': nodeCells,
  '/persistentvolumeclaims': claimCells,
  '/persistentvolumes': volumeCells,
  '/pods': podCells,
  '/replicationcontrollers': replicaSetCells,
  '/secrets': { Type: at('.type'), Data: sizeAt('.data') },
  '/serviceaccounts': { Secrets: sizeAt('.secrets') },
  '/services': serviceCells,
  'apps/daemonsets': daemonSetCells,
  'apps/deployments': deploymentCells,
  'apps/replicasets': replicaSetCells,
  'apps/statefulsets': statefulSetCells,
  'apps/controllerrevisions': { Revision: at('.revision') },
  'autoscaling/horizontalpodautoscalers': scalerCells,
  'batch/cronjobs': cronJobCells,
  'batch/jobs': jobCells,
  'coordination.k8s.io/leases': { Holder: at('.spec.holderIdentity') },
  'discovery.k8s.io/endpointslices': endpointSliceCells,
  'networking.k8s.io/ingresses': ingressCells,
  'networking.k8s.io/ingressclasses': {
    Controller: at('.spec.controller'),
    Parameters: at('.spec.parameters.name', '<none>'),
  },
  'node.k8s.io/runtimeclasses': { Handler: at('.handler') },
  'policy/poddisruptionbudgets': {
    'Min Available': at('.spec.minAvailable', 'N/A'),
    'Max Unavailable': at('.spec.maxUnavailable', 'N/A'),
    'Allowed Disruptions': at('.status.disruptionsAllowed'),
  },
  'rbac.authorization.k8s.io/clusterrolebindings': roleCells,
  'rbac.authorization.k8s.io/rolebindings': roleCells,
  'scheduling.k8s.io/priorityclasses': {
    Value: at('.value'),
    'Global-Default': (object) => at('.globalDefault')(object, 0) === true,
    PreemptionPolicy: at('.preemptionPolicy'),
  },
  'storage.k8s.io/storageclasses': {
    Provisioner: at('.provisioner'),
    ReclaimPolicy: at('.reclaimPolicy', 'Delete'),
    VolumeBindingMode: at('.volumeBindingMode', '<unset>'),
    AllowVolumeExpansion: (object) => at('.allowVolumeExpansion')(object, 0) === true,
  },
};

const NONE: Cells = {};

export const cellsOf = ({ group, resource }: ResourceDefinition): Cells =>
  CELLS[`${group}/${resource}`] ?? NONE;
