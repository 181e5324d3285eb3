import { mkdir, rm } from 'node:fs/promises';
import { openArchive } from '../archive.ts';
import { helperEntries } from '../compose.ts';
import { sourceLimits } from '../limits.ts';
import { pullOrder } from '../order.ts';
import { appFolder } from '../source.ts';
import { writeEntries } from '../unpack.ts';
import { type StepContext, workspace } from './workspace.ts';

/** The first step: the source and the helper files come into the shared folder. */
export const fetchSource = async ({ repository, order, work, say }: StepContext): Promise<void> => {
  const folders = workspace(work);
  // An attempt that was cut off leaves a part of it.
  for (const folder of Object.values(folders)) await rm(folder, { recursive: true, force: true });
  const { recipe, helperFiles } = await pullOrder(repository, order);
  const layer = await repository.openBlob(recipe.source.layer.digest);
  await using archive = await openArchive(layer, { scratch: work, limits: packedLimits, within: appFolder });
  await writeEntries(archive.entries, folders.source);
  await writeEntries(helperEntries(helperFiles), folders.helpers);
  await mkdir(folders.dependencies);
  say(`source: ${archive.entries.filter(({ kind }) => kind === 'file').length} files`);
};

/** What passed the limits of a source is allowed here, with the folders that packing it made explicit. */
const packedLimits = { ...sourceLimits, entries: 1_000_000 };
