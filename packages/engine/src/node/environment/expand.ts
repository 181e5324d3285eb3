/**
 * Replaces `$(NAME)` by the variable's value, as Kubernetes does in env, command and args: `$$` is a
 * dollar sign, and what names no variable stays as it is.
 */
export const expand = (text: string, variables: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\$(?:(\$)|\(([^)]*)\))/g, (found, dollar: string | undefined, name: string | undefined) =>
    dollar === undefined ? (variables.get(name ?? '') ?? found) : dollar,
  );
