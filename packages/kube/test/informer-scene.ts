import type { TestContext } from 'node:test';
import { createClient } from '../src/client/client.ts';
import type { Scope } from '../src/client/contract.ts';
import { openCache } from '../src/informer/cache.ts';
import { type ConfigMap, configMaps } from '../src/kinds/index.ts';
import type { KubeObject, WatchEvent } from '../src/object.ts';
import { seededRandom } from '../src/testing/seeded-random.ts';
import { simulatedClock } from '../src/testing/simulated-clock.ts';
import { scriptedApi } from './scripted-api.ts';

/** A cache over a scripted API, with the changes of one informer as they come: `+a`, `~a`, `-a`. */
export function openScene(t: TestContext, scope: Scope = {}) {
  const api = scriptedApi();
  const clock = simulatedClock();
  const cache = openCache({
    client: createClient(api.transport),
    clock,
    random: seededRandom(1),
    freeze: true,
  });
  t.after(() => cache.close());
  const changes: string[] = [];
  const open = () => {
    const informer = cache.informer<ConfigMap>(configMaps, scope);
    informer.subscribe(({ before, after }) => {
      const sign = before === undefined ? '+' : after === undefined ? '-' : '~';
      changes.push(`${sign}${(after ?? before)?.metadata.name}`);
    });
    return informer;
  };
  return { api, clock, cache, changes, open };
}

export const versions = (objects: readonly KubeObject[]): string[] =>
  objects.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).sort();

export const bookmark = (resourceVersion: string): WatchEvent => ({
  type: 'BOOKMARK',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '', resourceVersion } },
});

export const added = (object: KubeObject): WatchEvent => ({ type: 'ADDED', object });
export const modified = (object: KubeObject): WatchEvent => ({ type: 'MODIFIED', object });
export const deleted = (object: KubeObject): WatchEvent => ({ type: 'DELETED', object });
