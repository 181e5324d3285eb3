/** The parts of Kubernetes' suite that need no containers to run. */
export const areas: readonly string[] = ['\\[sig-api-machinery\\]'];

/** What is left out, by what names it, and why. */
export const known: readonly { readonly tests: string; readonly reason: string }[] = [
  { tests: 'Webhook|webhook', reason: 'webhooks are not called' },
  { tests: 'CustomResourceFieldSelectors', reason: 'needs a webhook that converts' },
  { tests: 'Aggregator', reason: 'API servers are not aggregated' },
];
