import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Story } from './story.ts';

/** The stories of one file, which is named after the controller that they are about. */
export interface Chapter {
  readonly name: string;
  readonly stories: readonly Story[];
}

const folder = join(import.meta.dirname, 'book');

export const readBook = async (): Promise<readonly Chapter[]> =>
  Promise.all(
    readdirSync(folder)
      .toSorted()
      .map(async (file) => ({
        name: basename(file, '.ts'),
        stories: ((await import(join(folder, file))) as Pick<Chapter, 'stories'>).stories,
      })),
  );
