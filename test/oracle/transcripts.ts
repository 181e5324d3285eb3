import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './case.ts';
import type { Normal } from './normalise.ts';

/** What the real API server answered to one case. */
export interface Transcript {
  /** Of the steps that were played: other steps are another case. */
  readonly steps: string;
  readonly answers: readonly Normal[];
}

/** Transcripts of a corpus file, by the title of the case. */
export type Transcripts = Readonly<Record<string, Transcript>>;

export const digestOf = ({ steps }: Case): string =>
  createHash('sha256').update(JSON.stringify(steps)).digest('hex').slice(0, 16);

const pathOf = (file: string): string => join(import.meta.dirname, 'transcripts', `${file}.json`);

export const readTranscripts = (file: string): Transcripts =>
  existsSync(pathOf(file)) ? (JSON.parse(readFileSync(pathOf(file), 'utf8')) as Transcripts) : {};

/** One line for each answer, so that a renewal shows what has changed. */
export const writeTranscripts = (file: string, transcripts: Transcripts): void => {
  const entries = Object.entries(transcripts).map(([title, { steps, answers }]) => {
    const lines = answers.map((answer) => `   ${JSON.stringify(answer)}`);
    const text = `{"steps": ${JSON.stringify(steps)}, "answers": [\n${lines.join(',\n')}\n  ]}`;
    return ` ${JSON.stringify(title)}: ${text}`;
  });
  writeFileSync(pathOf(file), `{\n${entries.join(',\n')}\n}\n`);
};
