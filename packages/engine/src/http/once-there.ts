/**
 * Goes on with a value at once where it is there, and when it comes where it is promised: a request pays for waiting only
 * where there is something to wait for.
 */
export const onceThere = <T, R>(value: T | Promise<T>, goOn: (value: T) => R | Promise<R>): R | Promise<R> =>
  value instanceof Promise ? value.then(goOn) : goOn(value);
