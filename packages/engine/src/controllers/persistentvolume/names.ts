/** Both sides know of each other: from then on the claim is never unbound again. */
export const bindCompleted = 'pv.kubernetes.io/bind-completed';
/** The pair was found by us, not fixed by a person. */
export const boundByController = 'pv.kubernetes.io/bound-by-controller';
/** Who made the volume. */
export const provisionedBy = 'pv.kubernetes.io/provisioned-by';
export const selectedNode = 'volume.kubernetes.io/selected-node';
/** Who is to make a volume, under its present and its older name. */
export const provisionerNames = [
  'volume.kubernetes.io/storage-provisioner',
  'volume.beta.kubernetes.io/storage-provisioner',
];
