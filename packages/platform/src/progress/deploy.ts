import { annotations, type App, apps as appType, FairleadError, type Source } from '@fairlead/api';
import { type Cache, type Desired, kind, type ObjectName } from '@fairlead/kube';
import type { ProgressEvent } from './event.ts';
import { followDeploy } from './follow.ts';

const apps = kind<App>(appType);

export interface DeployRequest {
  readonly name: Required<ObjectName>;
  readonly source: Source;
  readonly runtime?: string;
  /** Who deploys. */
  readonly user: string;
  /** Distinguishes this request from every other: a build that failed is tried again. */
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** Gives an App a new source, by force over whoever set the last one, and tells what becomes of it. */
export async function* deploySource(
  { cache }: { readonly cache: Cache },
  request: DeployRequest,
): AsyncGenerator<ProgressEvent> {
  const resource = cache.client.resource(apps);
  const { name, signal } = request;
  const current = await resource.find(name, { signal });
  if (current === undefined)
    throw new FairleadError('E_APP_NOT_FOUND', { app: name.name, namespace: name.namespace });
  const options = { fieldManager: 'fairlead-deploy', force: true, signal };
  const applied = await resource.apply(desired(request, current), options);
  yield* followDeploy({
    cache,
    name,
    generation: applied.metadata.generation ?? 0,
    before: current.status?.release ?? 0,
    signal,
  });
}

const desired = (
  { name, source, runtime, user, requestId }: DeployRequest,
  { metadata: { uid } }: App,
): Desired<App> => ({
  apiVersion: 'fairlead.dev/v1alpha1',
  kind: 'App',
  // By its uid: an apply would make anew what was destroyed a moment ago.
  metadata: {
    ...name,
    ...(uid === undefined ? {} : { uid }),
    annotations: { [annotations.changedBy]: user },
  },
  spec: { source, buildRequest: requestId, ...(runtime === undefined ? {} : { runtime }) },
});
