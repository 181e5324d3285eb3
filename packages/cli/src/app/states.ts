import type { App } from '@fairlead/api';
import { isExpired, type ObjectName } from '@fairlead/kube';
import { apps } from '../kinds.ts';
import type { Platform } from '../platform/connect.ts';

interface Followed {
  readonly name: Required<ObjectName>;
  readonly from: App;
  readonly signal: AbortSignal;
}

/** The app as it was read and after every change; ends when it is gone. Throws the signal's reason when it is aborted. */
export async function* statesOf({ client }: Platform, { name, from, signal }: Followed): AsyncGenerator<App> {
  yield from;
  let resourceVersion = from.metadata.resourceVersion;
  const scope = { namespace: name.namespace, fieldSelector: `metadata.name=${name.name}` };
  for (;;) {
    try {
      for await (const event of client.resource(apps).watch({ ...scope, resourceVersion, signal })) {
        if (event.type === 'DELETED') return;
        if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue;
        resourceVersion = event.object.metadata.resourceVersion;
        yield event.object;
      }
    } catch (error) {
      if (!isExpired(error)) throw error;
      // What lay between is no longer told: begin anew from what is there.
      const now = await client.resource(apps).find(name);
      if (now === undefined || now.metadata.uid !== from.metadata.uid) return;
      resourceVersion = now.metadata.resourceVersion;
      yield now;
    }
    signal.throwIfAborted();
  }
}
