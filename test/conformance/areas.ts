/** The parts of Kubernetes' suite that need no containers to run. */
export const areas: readonly string[] = ['\\[sig-api-machinery\\]', '\\[sig-apps\\]'];

/** What is left out, by what names it, and why. */
export const known: readonly { readonly tests: string; readonly reason: string }[] = [
  { tests: 'Webhook|webhook', reason: 'webhooks are not called' },
  { tests: 'CustomResourceFieldSelectors', reason: 'needs a webhook that converts' },
  { tests: 'Aggregator', reason: 'API servers are not aggregated' },
  {
    tests: '\\[sig-apps\\] (Job|CronJob should (schedule|replace|support|not|remove))',
    reason: 'waits for containers that end, and those of fake nodes do not',
  },
  { tests: 'StatefulSet Basic', reason: 'works within its containers' },
  {
    tests: 'support proportional scaling|rollback without unnecessary restarts',
    reason: 'wants pods whose image is not there to stay pending, and fake nodes have every image',
  },
  { tests: 'should serve a basic image', reason: 'asks its containers' },
];
