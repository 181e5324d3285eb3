/**
 * The same command for whoever expands no `$(NAME)`: a plain container runtime, as opposed to Kubernetes. Without
 * variables it is what it was.
 */
export const shellCommand = (command: readonly string[]): string[] => {
  if (!command.some((word) => word.includes('$'))) return [...command];
  return ['/bin/sh', '-c', `exec ${command.map(shellWord).join(' ')}`];
};

/** `$$` is a dollar, `$(NAME)` a variable, anything else itself. Kubernetes, "Expansion" of container commands. */
const shellWord = (word: string): string => {
  const parts = word.match(/\$\$|\$\([A-Za-z_][A-Za-z0-9_]*\)|\$|[^$]+/g) ?? [];
  return parts.map(shellPart).join('') || "''";
};

const shellPart = (part: string): string => {
  const name = /^\$\((.+)\)$/.exec(part)?.[1];
  if (name !== undefined) return `"\${${name}}"`;
  return `'${(part === '$$' ? '$' : part).replaceAll("'", "'\\''")}'`;
};
