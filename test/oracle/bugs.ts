/** Cases in which the engine is known to be wrong, and not on purpose: `file: title`, and what is wrong. */
export const bugs: Readonly<Record<string, string>> = {
  'traps-delete: A namespace that something keeps says what': 'still to be mended',
  'traps-managers: A scale takes the replicas over, as a subresource': 'still to be mended',
};
