const name = 'FAIRLEAD_CONTAINER';

/**
 * `NAME=value` as every process of a container inherits it: the folder of its attempt, so that two
 * nodes on one machine never take each other's processes for their own.
 */
export const markerOf = (folder: string): string => `${name}=${folder}`;

/** The environment of a container's process. What the pod itself says under that name is lost. */
export const withMarker = (
  environment: Readonly<Record<string, string>>,
  folder: string,
): Record<string, string> => ({ ...environment, [name]: folder });

/** What the marker in an environment says, when it names a folder below the given one. */
export function markedBelow(environment: string, folder: string): string | undefined {
  const start = `${name}=${folder}/`;
  const entry = environment.split('\0').find((one) => one.startsWith(start));
  return entry?.slice(name.length + 1);
}
