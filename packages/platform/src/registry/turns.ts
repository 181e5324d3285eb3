/** Runs work of the same key one after the other, in the order in which it was asked for. */
export type TakeTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export const createTurns = (): TakeTurn => {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      // Whoever came after has put its own promise there; else nobody waits and the key is free.
      if (last.get(key) === mine) last.delete(key);
    }
  };
};
