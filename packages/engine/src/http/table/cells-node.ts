import type { KubeObject } from '@fairlead/kube';
import type { Cell, Cells } from './cells.ts';

interface Node extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly nodeInfo?: Readonly<Record<string, string>>;
  };
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

const statusText = ({ spec, status }: Node): string => {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const words = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
  return [...words, ...(spec?.unschedulable ? ['SchedulingDisabled'] : [])].join(',');
};

const rolesText = ({ metadata }: Node): string => {
  const labels = Object.entries(metadata.labels ?? {});
  const roles = labels.flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length)
      return [key.slice(ROLE_PREFIX.length)];
    return key === ROLE_LABEL && value !== '' ? [value] : [];
  });
  return [...new Set(roles)].sort().join(',') || '<none>';
};

const address =
  (wanted: string): Cell =>
  ({ status }: Node) =>
    status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';

const info =
  (field: string, none = '<unknown>'): Cell =>
  ({ status }: Node) =>
    status?.nodeInfo?.[field] || none;

export const nodeCells: Cells = {
  Status: statusText,
  Roles: rolesText,
  Version: info('kubeletVersion', ''),
  'Internal-IP': address('InternalIP'),
  'External-IP': address('ExternalIP'),
  'OS-Image': info('osImage'),
  'Kernel-Version': info('kernelVersion'),
  'Container-Runtime': info('containerRuntimeVersion'),
};
