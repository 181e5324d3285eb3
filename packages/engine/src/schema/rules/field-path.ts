/** How a walk goes on from a schema: to a named property or into a map; undefined where there is no way. */
export type Walk<T> = (
  schema: T,
  name: string,
) => { readonly schema: T; readonly isKey: boolean } | undefined;

const STEP = /\.([^.[\]]+)|\['((?:\\.|[^'\\])*)'\]/y;

/** `.a['b.c']` as a path of the errors, `a.b.c` or `a[k]` for keys of maps; undefined when the schema has no such field. */
export const readFieldPath = <T>(text: string, root: T, walk: Walk<T>): string | undefined => {
  let [schema, path, at] = [root, '', 0];
  while (at < text.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    const name = match?.[1] ?? match?.[2]?.replace(/\\(.)/g, '$1');
    const next = name === undefined ? undefined : walk(schema, name);
    if (match === null || next === undefined) return undefined;
    path = next.isKey ? `${path}[${name}]` : path === '' ? `${name}` : `${path}.${name}`;
    schema = next.schema;
    at += match[0].length;
  }
  return path === '' ? undefined : path;
};
