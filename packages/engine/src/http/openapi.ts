import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import type { Api } from './api.ts';

export const serveOpenApi = (
  _api: Api,
  _given: { readonly request: KubeRequest; readonly path: readonly string[] },
): KubeResponse | undefined => undefined;
