import { ApiError } from '../error.ts';
import type { KubeObject, WatchEvent } from '../object.ts';
import type { WatchSink } from '../transport.ts';

/** Where a reflection of the API's state goes. */
export interface Mirror<T extends KubeObject> {
  /** This is all there is, at that version. */
  replace(items: readonly T[], version: string): void;
  /** One change, or a bookmark: nothing more happened up to its version. */
  take(event: Exclude<WatchEvent<T>, { type: 'ERROR' }>): void;
  /** Trouble, or its end. The reflection goes on by itself. */
  report(error: Error | undefined): void;
}

/** How far a mirror has come. */
export interface Reached {
  /** Everything up to here is in it; without it all of the state is still to come. */
  version: string | undefined;
  /** Ends in a row without anything delivered: a list that works and a watch that never does must not spin. */
  failures: number;
}

/** Takes frames until the first that it cannot take; what comes after that would leave a gap. */
export function mirrorSink<T extends KubeObject>(
  mirror: Mirror<T>,
  reached: Reached,
  leave: (error?: unknown) => void,
): WatchSink {
  const take = reached.version === undefined ? takeState(mirror, reached) : takeChange(mirror, reached);
  let hasLeft = false;
  const end = (error?: unknown): void => {
    hasLeft = true;
    leave(error);
  };
  return {
    next(frames) {
      if (hasLeft) return;
      try {
        for (const { value } of frames) {
          if (value.type === 'ERROR') throw new ApiError(value.object);
          take(value as Change<T>);
        }
      } catch (error) {
        end(error);
      }
    },
    end,
  };
}

type Change<T> = Exclude<WatchEvent<T>, { type: 'ERROR' }>;

const takeChange =
  <T extends KubeObject>(mirror: Mirror<T>, reached: Reached) =>
  (event: Change<T>): void => {
    mirror.take(event);
    reached.version = event.object.metadata.resourceVersion;
    reached.failures = 0;
  };

/** The state comes as additions, up to a bookmark that says so (KEP-3157); only then is it all there is. */
function takeState<T extends KubeObject>(mirror: Mirror<T>, reached: Reached): (event: Change<T>) => void {
  let items: T[] | undefined = [];
  const change = takeChange(mirror, reached);
  return (event) => {
    const { metadata } = event.object;
    if (items === undefined) change(event);
    else if (event.type !== 'BOOKMARK') items.push(event.object);
    else if (metadata.annotations?.['k8s.io/initial-events-end'] === 'true') {
      mirror.replace(items, metadata.resourceVersion ?? '');
      reached.version = metadata.resourceVersion;
      reached.failures = 0;
      items = undefined;
    }
  };
}
