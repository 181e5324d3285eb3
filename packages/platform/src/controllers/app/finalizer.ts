import { type App, fieldManager } from '@fairlead/api';
import type { Client } from '@fairlead/kube';
import { apps } from '../kinds.ts';

// What an app leaves outside the API goes before the app does: a later app of the same name must not
// find another's repository.
const finalizer = 'fairlead.dev/leftovers';

export const hasFinalizer = ({ metadata }: App): boolean => metadata.finalizers?.includes(finalizer) === true;

export const ensureFinalizer = async (app: App, client: Client): Promise<void> => {
  if (!hasFinalizer(app)) await writeFinalizers(app, [...(app.metadata.finalizers ?? []), finalizer], client);
};

export const releaseFinalizer = (app: App, client: Client): Promise<void> =>
  writeFinalizers(
    app,
    (app.metadata.finalizers ?? []).filter((name) => name !== finalizer),
    client,
  );

/** The list as a whole, and only if nobody changed it meanwhile. */
const writeFinalizers = async (
  { metadata }: App,
  finalizers: readonly string[],
  client: Client,
): Promise<void> => {
  const body = { metadata: { resourceVersion: metadata.resourceVersion ?? '', finalizers } };
  await client.resource(apps).patch(metadata, { type: 'merge', body }, { fieldManager });
};
