import { type App, fieldManager } from '@fairlead/api';
import type { Client } from '@fairlead/kube';
import { apps } from '../kinds.ts';

// What an app leaves outside the API goes before the app does: a later app of the same name must not
// find another's repository.
const finalizer = 'fairlead.dev/leftovers';

export const ensureFinalizer = async ({ metadata }: App, client: Client): Promise<void> => {
  if (metadata.finalizers?.includes(finalizer)) return;
  await client.resource(apps).patch(
    metadata,
    {
      type: 'merge',
      body: {
        metadata: {
          resourceVersion: metadata.resourceVersion ?? '',
          finalizers: [...(metadata.finalizers ?? []), finalizer],
        },
      },
    },
    { fieldManager },
  );
};

export const releaseFinalizer = async ({ metadata }: App, client: Client): Promise<void> => {
  const finalizers = (metadata.finalizers ?? []).filter((name) => name !== finalizer);
  await client
    .resource(apps)
    .patch(
      metadata,
      { type: 'merge', body: { metadata: { resourceVersion: metadata.resourceVersion ?? '', finalizers } } },
      { fieldManager },
    );
};
