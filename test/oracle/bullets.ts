/** What the engine promises to serve, line by line; the report counts by these. */
export const bullets = {
  kinds: 'Built-in kinds: structure, defaults, rules',
  apply: 'Server-side apply, strategic merge and the other patches',
  crd: 'Custom resource definitions and their instances',
  rbac: 'Who may do what',
  life: 'Watch, list, deletion, garbage collection, admission',
  secrets: 'Secrets',
  protocol: 'The protocol: discovery, encodings, headers, limits',
  own: 'The kinds of fairlead.dev',
} as const;

export type Bullet = keyof typeof bullets;
