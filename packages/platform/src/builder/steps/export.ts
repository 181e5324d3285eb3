import { composeImage, tagDependencies } from '../compose.ts';
import { readFolder } from '../folder.ts';
import { dependencyFolder } from '../launch.ts';
import { pushLayer } from '../layer.ts';
import { dependencyLimits } from '../limits.ts';
import { pullOrder } from '../order.ts';
import { appFolder } from '../source.ts';
import { type StepContext, workspace } from './workspace.ts';

/** The last step: what the dependency step made becomes a layer, and the layers an image. */
export const exportImage = async ({ repository, order, work, say }: StepContext): Promise<void> => {
  const { recipe } = await pullOrder(repository, order);
  if (recipe.dependencies !== undefined) {
    const entries = readFolder(workspace(work).dependencies, { limits: dependencyLimits });
    const layer = await pushLayer(repository, entries, `${appFolder}/${dependencyFolder}`);
    await tagDependencies(repository, recipe.dependencies.key, layer);
    say(`dependencies: ${entries.length} files, ${layer.descriptor.size} bytes`);
  }
  const image = await composeImage(repository, recipe);
  if (image === undefined) throw new Error('the dependency layer that was just pushed is not there');
  say(`image: ${image.descriptor.digest}`);
};
