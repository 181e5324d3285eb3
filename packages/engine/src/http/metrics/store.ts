import type { Metrics } from '@fairlead/kube';
import { keyPrefixOf, type Registry } from '../../resources/registry.ts';
import type { Store } from '../../store/contract.ts';

/** How much is kept, counted when somebody looks. */
export const readStore = (
  metrics: Metrics,
  { store, resources }: { readonly store: Store; readonly resources: Registry },
): void => {
  metrics.reading(
    { name: 'apiserver_storage_objects', help: 'Objects by kind.', labels: ['resource'], type: 'gauge' },
    () => {
      const snapshot = store.snapshot();
      return [...resources.all()]
        .filter(({ verbs }) => verbs.includes('list'))
        .map(({ group, resource }) => [
          [group === '' ? resource : `${resource}.${group}`],
          snapshot.count(keyPrefixOf(group, resource)),
        ]);
    },
  );
  metrics.reading(
    { name: 'fairlead_store_revision', help: 'The newest committed revision.', type: 'counter' },
    () => [[[], store.revision]],
  );
  metrics.reading(
    { name: 'fairlead_store_failing', help: '1 while the disk fails and writes are refused.', type: 'gauge' },
    () => [[[], store.fault === undefined ? 0 : 1]],
  );
};
