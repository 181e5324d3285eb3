const name = 'FAIRLEAD_CONTAINER';

/**
 * The environment of a container's process, with the folder of its attempt as the marker that all its
 * children inherit. Being a path, it keeps two nodes on one machine from taking each other's processes
 * for their own. What the pod itself says under that name is lost.
 */
export const withMarker = (
  environment: Readonly<Record<string, string>>,
  folder: string,
): Record<string, string> => ({ ...environment, [name]: folder });

/** The folder in an environment as /proc shows it. */
export function markedFolder(environment: string): string | undefined {
  const start = `${name}=`;
  return environment
    .split('\0')
    .find((entry) => entry.startsWith(start))
    ?.slice(start.length);
}
