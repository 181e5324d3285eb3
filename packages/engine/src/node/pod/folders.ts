import { join } from 'node:path';

// The folder of a pod: `pod.json`, `volumes/<name>/`, `containers/<name>/<number>/`.
// The folder of an attempt: `start.json` before it starts; `identity`, `alive`, `exit` of the shim;
// `output` of the container; `log`, what readers get; `stopped`, when the node stopped it;
// `termination-log`, its own words about its end; `root/`.

export const containerFolder = (podFolder: string, container: string): string =>
  join(podFolder, 'containers', container);

export const attemptFolder = (podFolder: string, container: string, number: number): string =>
  join(containerFolder(podFolder, container), String(number));

export const recordFile = (attempt: string): string => join(attempt, 'start.json');
export const outputFile = (attempt: string): string => join(attempt, 'output');
export const logFile = (attempt: string): string => join(attempt, 'log');
export const stoppedFile = (attempt: string): string => join(attempt, 'stopped');
/** What the container says of its end; mounted where `terminationMessagePath` says. */
export const messageFile = (attempt: string): string => join(attempt, 'termination-log');
/** The name of the terminal that the container has, if it wants one. */
export const terminalFile = (attempt: string): string => join(attempt, 'terminal');
export const rootFolder = (attempt: string): string => join(attempt, 'root');
export const podFile = (podFolder: string): string => join(podFolder, 'pod.json');
