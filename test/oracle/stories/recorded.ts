import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pathOf = (name: string): string => join(import.meta.dirname, 'recorded', `${name}.txt`);

/** What the real controllers made of the stories of a chapter, by title. */
export function readRecorded(name: string): ReadonlyMap<string, string> {
  if (!existsSync(pathOf(name))) return new Map();
  const parts = readFileSync(pathOf(name), 'utf8').split(/^# /m).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1).trimEnd()];
    }),
  );
}

export const writeRecorded = (name: string, told: ReadonlyMap<string, string>): void =>
  writeFileSync(pathOf(name), [...told].map(([title, text]) => `# ${title}\n${text}\n`).join('\n'));
