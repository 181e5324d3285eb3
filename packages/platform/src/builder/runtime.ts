import type { RuntimeSpec } from '@fairlead/api';

/** A Runtime object, as far as the builder is concerned. */
export interface NamedRuntime {
  readonly name: string;
  readonly spec: RuntimeSpec;
}

/** `a.b` is that file; `a/` is what is in that folder; `*` stands for anything within one name. */
export const matchesPath = (pattern: string, path: string): boolean => {
  if (pattern.endsWith('/')) return path.startsWith(pattern);
  if (!pattern.includes('*')) return path === pattern;
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^/]*')}$`).test(path);
};
