/**
 * What Kubernetes tells and the engine does not, each with its line in `docs/engine-differences.md`: the scheduler
 * makes no room by evicting pods, and so says nothing about that.
 */
const untold: readonly RegExp[] = [
  / no new claims to deallocate, preemption: [^"\n]*? is not helpful for scheduling\./g,
  /(?<=not found\.|unbound immediate PersistentVolumeClaims\.) not found/g,
];

/** The telling without what the engine does not tell on purpose. */
export const withoutUntold = (told: string): string =>
  untold.reduce((text, pattern) => text.replaceAll(pattern, ''), told);
