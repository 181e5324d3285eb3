import {
  badSetters,
  type CheckedPod,
  named,
  containersOf,
  distinct,
  plural,
  quoted,
  type Violation,
} from './check.ts';

/** Both AppArmor's and seccomp's profiles: what the runtime brings, or what the node has on its disk. */
export const isAllowedProfile = (type: string): boolean => type === 'RuntimeDefault' || type === 'Localhost';

/** Profiles that were set and are not allowed. */
export const seccompSetters = (pod: CheckedPod): Violation | undefined => {
  const { setters, values } = badSetters(pod, {
    setting: ({ seccompProfile }) => seccompProfile?.type,
    isBad: (type) => !isAllowedProfile(type),
  });
  if (setters === '') return undefined;
  return {
    reason: 'seccompProfile',
    detail: `${setters} must not set securityContext.seccompProfile.type to ${quoted(distinct(values))}`,
  };
};

/** The restricted standard wants one to be set. */
export const seccompRequired = (pod: CheckedPod): Violation | undefined => {
  const bad = seccompSetters(pod);
  if (bad !== undefined) return bad;
  if (pod.spec.securityContext?.seccompProfile !== undefined) return undefined;
  const without = containersOf(pod).filter(({ securityContext }) => !securityContext?.seccompProfile);
  if (without.length === 0) return undefined;
  const which = named(without);
  return {
    reason: 'seccompProfile',
    detail: `pod or ${which} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
};

/** Before version 1.19 profiles were annotations. */
export const seccompAnnotations = (pod: CheckedPod): Violation | undefined => {
  const prefix = 'container.seccomp.security.alpha.kubernetes.io/';
  const keys = [
    'seccomp.security.alpha.kubernetes.io/pod',
    ...containersOf(pod).map(({ name }) => `${prefix}${name}`),
  ];
  const bad = keys.flatMap((key) => {
    const value = pod.metadata.annotations?.[key];
    const allowed =
      value === undefined || /^(?:runtime\/default|docker\/default|localhost\/.*)$/s.test(value);
    return allowed ? [] : [`${key}=${JSON.stringify(value)}`];
  });
  if (bad.length === 0) return undefined;
  const all = distinct(bad);
  return {
    reason: 'seccompProfile',
    detail: `forbidden ${plural('annotation', all.length)} ${all.join(', ')}`,
  };
};
