import type { Informer, KubeObject } from '@fairlead/kube';

/**
 * What a question to an informer gives now, and again after changes, until the signal is aborted.
 * Changes that come while the reader is busy are seen as one.
 */
export async function* answersOf<T extends KubeObject, A>(
  informer: Informer<T>,
  ask: () => A,
  signal: AbortSignal,
): AsyncGenerator<A> {
  let changed = Promise.withResolvers<void>();
  const wake = (): void => changed.resolve();
  const stop = informer.subscribe(wake);
  signal.addEventListener('abort', wake);
  try {
    while (!signal.aborted) {
      // Anew before the question: a change after it must not be lost.
      changed = Promise.withResolvers();
      yield ask();
      if (!signal.aborted) await changed.promise;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', wake);
  }
}
