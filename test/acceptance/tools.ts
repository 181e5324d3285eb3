import { spawnSync } from 'node:child_process';

/** Why a test must be skipped on this machine; false when every tool is there. */
export const missingTool = (...commands: readonly string[]): string | false => {
  const missing = commands.filter((command) => !isThere(command));
  return missing.length === 0 ? false : `needs ${missing.join(' and ')}`;
};

const isThere = (command: string): boolean => {
  const [file = '', ...args] = command.split(' ');
  const probe = file === 'kubectl' ? ['version', '--client'] : [...args, '--version'];
  return spawnSync(file, probe, { stdio: 'ignore' }).status === 0;
};
