import { kind } from '@fairlead/kube';
import type { ResourceQuota } from '../../quota/quota.ts';

export const resourceQuotas = kind<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  namespaced: true,
});
