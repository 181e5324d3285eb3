import { applyOwned, done, namespaces, type Operator, resourceQuotas } from '@fairlead/kube';

/** A namespace with the label `pods-at-most` has a quota that says the same. */
export const namespaceQuota: Operator = {
  name: 'namespace-quota',
  controllers: ({ start, cache }) => [
    start({
      name: 'namespace-quota',
      for: namespaces,
      scope: { labelSelector: 'pods-at-most' },
      owns: [resourceQuotas],
      reconcile: async ({ name }, { client }) => {
        const owner = cache.informer(namespaces, { labelSelector: 'pods-at-most' }).get({ name });
        const pods = owner?.metadata.labels?.['pods-at-most'];
        if (owner === undefined || pods === undefined) return done;
        const metadata = { namespace: name, name: 'pods-at-most' };
        const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods } } };
        await applyOwned(client, resourceQuotas, { owner, object });
        return done;
      },
    }),
  ],
};
