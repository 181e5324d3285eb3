import type { Repository } from '../oci/client.ts';
import {
  type Descriptor,
  emptyConfig,
  encodeJson,
  type ImageConfig,
  mediaTypes,
  overMachine,
} from '../oci/manifest.ts';
import type { Entry } from './entry.ts';
import { createEntrySet } from './entry-set.ts';
import { entrypoint } from './launch.ts';
import { type Layer, pushLayer, uncompressed } from './layer.ts';
import type { Processes } from './procfile.ts';
import type { HelperFile, ImageRecipe } from './recipe.ts';
import { parsePath } from './safe-path.ts';
import { shellCommand } from './shell-command.ts';
import { appFolder } from './source.ts';

/** An image in the registry. */
export interface ComposedImage {
  readonly descriptor: Descriptor;
  readonly processes: Processes;
}

const imageTag = (key: string): string => `img-${key.slice(0, 40)}`;
const dependencyTag = (key: string): string => `deps-${key.slice(0, 40)}`;
const dependencyArtifactType = 'application/vnd.fairlead.dependencies.v1';
const processesAnnotation = 'dev.fairlead.processes';
const sourceAnnotation = 'dev.fairlead.source';

/** The image that was made of the same inputs before. */
export const findImage = async (repository: Repository, key: string): Promise<ComposedImage | undefined> => {
  const pulled = await repository.pullManifest(imageTag(key));
  const processes = pulled?.manifest.annotations?.[processesAnnotation];
  if (pulled === undefined || processes === undefined) return undefined;
  return { descriptor: pulled.descriptor, processes: JSON.parse(processes) as Processes };
};

/**
 * Puts known layers together: no container, and nothing is copied, since the source's layer is in the repository
 * already. `undefined` when the dependency layer must be built first.
 */
export const composeImage = async (
  repository: Repository,
  recipe: ImageRecipe,
): Promise<ComposedImage | undefined> => {
  const dependencies = recipe.dependencies && (await findDependencies(repository, recipe.dependencies.key));
  if (recipe.dependencies !== undefined && dependencies === undefined) return undefined;
  const files = await pushLayer(repository, helperEntries(recipe.files), appFolder);
  // The lowest changes least; the topmost is the app's own, which some nodes copy and others share.
  const layers = [...(dependencies ? [dependencies] : []), files, uncompressed(recipe.source.layer)];
  const config = await repository.pushBytes(mediaTypes.config, encodeJson(imageConfig(recipe, layers)));
  const descriptor = await repository.pushManifest(
    {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config,
      layers: layers.map((layer) => layer.descriptor),
      annotations: {
        [processesAnnotation]: JSON.stringify(recipe.processes),
        [sourceAnnotation]: recipe.source.digest,
      },
    },
    imageTag(recipe.key),
  );
  return { descriptor, processes: recipe.processes };
};

/** Remembers a dependency layer, so that the next build with the same inputs is a matter of putting layers together. */
export const tagDependencies = async (repository: Repository, key: string, layer: Layer): Promise<void> => {
  await repository.pushBytes(emptyConfig.descriptor.mediaType, emptyConfig.bytes);
  await repository.pushManifest(
    {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      artifactType: dependencyArtifactType,
      config: emptyConfig.descriptor,
      layers: [layer.descriptor],
    },
    dependencyTag(key),
  );
};

const findDependencies = async (repository: Repository, key: string): Promise<Layer | undefined> => {
  const layer = (await repository.pullManifest(dependencyTag(key)))?.manifest.layers[0];
  return layer && uncompressed(layer);
};

const imageConfig = (recipe: ImageRecipe, layers: readonly Layer[]): ImageConfig => {
  const command = (recipe.processes.web ?? Object.values(recipe.processes)[0])?.command;
  return {
    architecture: recipe.platform.architecture,
    os: recipe.platform.os,
    config: {
      Env: recipe.env.map(({ name, value }) => `${name}=${value}`),
      Entrypoint: [entrypoint],
      ...(command === undefined ? {} : { Cmd: shellCommand(command) }),
      WorkingDir: `/${appFolder}`,
      Labels: overMachine,
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  };
};

/** Throws E_SOURCE_UNSAFE for a path that leaves the app's folder. */
export const helperEntries = (files: readonly HelperFile[]): Entry[] => {
  const found = createEntrySet();
  for (const { path, content, executable = false } of files) {
    const bytes = Buffer.from(content);
    found.add({ kind: 'file', path: parsePath(path), executable, size: bytes.length, content: () => bytes });
  }
  return found.values();
};
