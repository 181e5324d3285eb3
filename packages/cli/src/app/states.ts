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
export async function* statesOf(platform: Platform, followed: Followed): AsyncGenerator<App> {
  let last = followed.from;
  yield last;
  for (;;) {
    for await (const state of changesAfter(platform, followed, last)) {
      if (state === 'gone') return;
      last = state;
      yield state;
    }
    followed.signal.throwIfAborted();
  }
}

/** What the API tells until it ends the watch. */
async function* changesAfter(
  { client }: Platform,
  { name, signal }: Followed,
  { metadata: { uid, resourceVersion } }: App,
): AsyncGenerator<App | 'gone'> {
  const scope = { namespace: name.namespace, fieldSelector: `metadata.name=${name.name}` };
  try {
    for await (const event of client.resource(apps).watch({ ...scope, resourceVersion, signal })) {
      if (event.type === 'DELETED') yield 'gone';
      if (event.type === 'ADDED' || event.type === 'MODIFIED') yield event.object;
    }
  } catch (error) {
    if (!isExpired(error)) throw error;
    // What lay between is no longer told: begin anew from what is there.
    const now = await client.resource(apps).find(name);
    yield now === undefined || now.metadata.uid !== uid ? 'gone' : now;
  }
}
