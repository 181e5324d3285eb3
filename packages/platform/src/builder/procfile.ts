import { FairleadError } from '@fairlead/api/errors';
import { parseCommandLine } from './command-line.ts';

/** Commands by process. */
export type Processes = Readonly<Record<string, { readonly command: string[] }>>;

/** A part of object names, so a short DNS label. The same as the App's schema has. */
const processName = /^[a-z]([-a-z0-9]{0,18}[a-z0-9])?$/;

/**
 * Reads a Procfile: `NAME: COMMAND` on each line, empty lines and lines with `#` are passed over. Throws E_PROCFILE
 * with the line.
 */
export const parseProcfile = (text: string, app: string): Processes => {
  const processes = new Map<string, { command: string[] }>();
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const refuse = (reason: string): FairleadError =>
      new FairleadError('E_PROCFILE', { app, line: index + 1, reason });
    const colon = line.indexOf(':');
    if (colon === -1) throw refuse('a name and a colon are missing');
    const name = line.slice(0, colon).trim();
    const command = line.slice(colon + 1);
    if (!processName.test(name)) {
      throw refuse(`"${name}" is no name of a process: up to 20 lower-case letters, digits and dashes`);
    }
    if (command.trim() === '') throw refuse(`${name} has no command`);
    if (command.includes('\0')) throw refuse('it holds a zero byte');
    if (processes.has(name)) throw refuse(`${name} was there before`);
    processes.set(name, { command: parseCommandLine(command) });
  }
  return Object.fromEntries(processes);
};
