import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Played } from './play.ts';

const file = join(import.meta.dirname, 'transcript.txt');

const render = ({ line, status, out, err }: Played): string =>
  [`$ kubectl ${line}`, out, err === '' ? '' : `! ${err.replaceAll('\n', '\n! ')}`, `[${status}]`]
    .map((part) => part.trimEnd().replace(/\n! *$/, ''))
    .filter((part) => part !== '')
    .join('\n');

/** One text for each line of the session: what was typed, what was shown, what went to standard error, the status. */
export const renderAll = (played: readonly Played[]): string[] => played.map(render);

export const writeTranscript = (played: readonly Played[]): void =>
  writeFileSync(file, `${renderAll(played).join('\n\n')}\n`);

export const readTranscript = (): string[] =>
  `\n\n${readFileSync(file, 'utf8').trimEnd()}`
    .split('\n\n$ ')
    .slice(1)
    .map((text) => `$ ${text}`);
