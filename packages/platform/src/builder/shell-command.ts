const reference = /\$\$|\$\([A-Za-z_][A-Za-z0-9_]*\)/g;

/**
 * The same command for whoever expands no `$(NAME)`: a plain container runtime, as opposed to Kubernetes. A shell does
 * it there, when there is something to expand.
 */
export const shellCommand = (command: readonly string[]): string[] => {
  const hasVariables = command.some((word) => word.match(reference)?.some((found) => found !== '$$'));
  if (!hasVariables) return command.map((word) => word.replaceAll('$$', '$'));
  return ['/bin/sh', '-c', `exec ${command.map(shellWord).join(' ')}`];
};

/** `$$` is a dollar, `$(NAME)` a variable, anything else itself. Kubernetes, "Expansion" of container commands. */
const shellWord = (word: string): string => {
  let text = '';
  let last = 0;
  for (const match of word.matchAll(reference)) {
    const literal = word.slice(last, match.index);
    last = match.index + match[0].length;
    text += match[0] === '$$' ? quoted(`${literal}$`) : `${quoted(literal)}"\${${match[0].slice(2, -1)}}"`;
  }
  text += quoted(word.slice(last));
  return text === '' ? "''" : text;
};

const quoted = (text: string): string => (text === '' ? '' : `'${text.replaceAll("'", "'\\''")}'`);
