/** Hands values from where they happen to one reader, in order. */
export interface Channel<T> extends AsyncIterable<T> {
  readonly send: (value: T) => void;
  /** No more will come; what was sent is still read. */
  readonly close: () => void;
}

export const openChannel = <T>(): Channel<T> => {
  const waiting: T[] = [];
  let closed = false;
  let wake: () => void = () => {};
  const signal = (): void => wake();
  return {
    send(value) {
      if (closed) return;
      waiting.push(value);
      signal();
    },
    close() {
      closed = true;
      signal();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else if (closed) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
};
