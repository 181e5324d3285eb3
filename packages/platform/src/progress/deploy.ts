import { annotations, type App, apps as appType, FairleadError, type Source } from '@fairlead/api';
import { type Cache, type Client, type Desired, kind, type ObjectName } from '@fairlead/kube';
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
  { cache, client }: { readonly cache: Cache; readonly client: Client },
  request: DeployRequest,
): AsyncGenerator<ProgressEvent> {
  const current = await client.resource(apps).find(request.name);
  if (current === undefined)
    throw new FairleadError('E_APP_NOT_FOUND', { app: request.name.name, namespace: request.name.namespace });
  const applied = await client
    .resource(apps)
    .apply(desired(request), { fieldManager: 'fairlead-deploy', force: true });
  yield* followDeploy({
    cache,
    client,
    name: request.name,
    generation: applied.metadata.generation ?? 0,
    before: current.status?.release ?? 0,
    signal: request.signal,
  });
}

const desired = ({ name, source, runtime, user, requestId }: DeployRequest): Desired<App> => ({
  apiVersion: 'fairlead.dev/v1alpha1',
  kind: 'App',
  metadata: { ...name, annotations: { [annotations.changedBy]: user } },
  spec: { source, buildRequest: requestId, ...(runtime === undefined ? {} : { runtime }) },
});
