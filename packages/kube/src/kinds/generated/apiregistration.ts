// Written by `npm run generate` from the scheme of Kubernetes 1.34.
import type { KubeObject } from '../../object.ts';
import type { Condition } from '../meta.ts';

export interface APIService extends KubeObject {
  readonly spec: APIServiceSpec;
  readonly status?: APIServiceStatus;
}

export interface APIServiceCondition {
  readonly type: string;
  readonly status: Condition['status'];
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface APIServiceSpec {
  readonly service?: ApiregistrationServiceReference;
  readonly group?: string;
  readonly version?: string;
  readonly insecureSkipTLSVerify?: boolean;
  readonly caBundle?: string;
  readonly groupPriorityMinimum: number;
  readonly versionPriority: number;
}

export interface APIServiceStatus {
  readonly conditions?: readonly APIServiceCondition[];
}

export interface ApiregistrationServiceReference {
  readonly namespace?: string;
  readonly name?: string;
  readonly port?: number;
}
