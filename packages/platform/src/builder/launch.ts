import type { RuntimeSpec } from '@fairlead/api';

/** What the image adds to the app's folder, in the app's folder. */
export const imageFolder = '.fairlead';
export const dependencyFolder = `${imageFolder}/deps`;

/**
 * Relative to the working folder: the same image runs in a container, where the app is at /app, and as a process of a
 * machine, where it is wherever the node put it.
 */
export const entrypoint = `./${imageFolder}/launch`;

interface Variable {
  readonly name: string;
  readonly value: string;
}

const placeholder = /\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g;

const dependsOnPlace = ({ value }: Variable): boolean => value.includes('$(APP)');

/** Variables that mean the same everywhere: they stand in the image's config. */
export const fixedVariables = ({ env = [] }: RuntimeSpec): Variable[] =>
  env.filter((variable) => !dependsOnPlace(variable));

/** A POSIX shell script that finds the app's folder, sets what depends on it and becomes the app's process. */
export const launchScript = ({ env = [] }: RuntimeSpec): string =>
  [
    '#!/bin/sh',
    // Logical, so that it is the app's folder also where this file is a link into a shared layer.
    `fairlead_app=$(CDPATH= cd -L -- "\${0%/*}/.." && pwd -L) || exit 126`,
    ...env.filter(dependsOnPlace).map(({ name, value }) => `export ${name}=${shellValue(value)}`),
    'exec "$@"',
    '',
  ].join('\n');

/**
 * The value in double quotes. `:$(NAME)` disappears together with its colon when NAME is empty: an empty part of a
 * search path means the working folder.
 */
const shellValue = (value: string): string => {
  let text = '';
  let last = 0;
  for (const match of value.matchAll(placeholder)) {
    const before = value.slice(last, match.index);
    last = match.index + match[0].length;
    const name = match[1] ?? '';
    if (name === 'APP') text += `${quoted(before)}\${fairlead_app}`;
    else if (!before.endsWith(':')) text += `${quoted(before)}\${${name}-}`;
    else text += `${quoted(before.slice(0, -1))}\${${name}:+:$${name}}`;
  }
  return `"${text}${quoted(value.slice(last))}"`;
};

const quoted = (text: string): string => text.replace(/[\\"`$]/g, '\\$&');
