/** Cases in which the engine is known to be wrong, and not on purpose: `file: title`, and what is wrong. */
export const bugs: Readonly<Record<string, string>> = {
  'secrets: A Secret of each type with what it needs': 'still to be mended',
  'secrets: A Secret that is too large': 'still to be mended',
  'secrets: A Secret with a certificate without a key': 'still to be mended',
  'secrets: A Secret with a key that is none': 'still to be mended',
  'secrets: A Secret with basic authentication with neither name nor password': 'still to be mended',
  'secrets: The type of a Secret stays as it is': 'still to be mended',
  'traps-apply: Ports are told apart by their protocol, also when it is not said': 'still to be mended',
  'traps-delete: A namespace that something keeps says what': 'still to be mended',
  'traps-managers: A scale takes the replicas over, as a subresource': 'still to be mended',
  'traps-patch: A JSON patch that has an escaped path': 'still to be mended',
};
