import type { Repository } from '../oci/client.ts';
import type { Digest } from '../oci/digest.ts';
import { emptyConfig, encodeJson, mediaTypes } from '../oci/manifest.ts';
import type { BuildOrder } from './recipe.ts';

const orderArtifactType = 'application/vnd.fairlead.build.v1';
const orderType = 'application/vnd.fairlead.build.order.v1+json';

/** Puts an order where the steps of its build find it. Later it says how an image came to be. */
export const pushOrder = async (repository: Repository, order: BuildOrder): Promise<Digest> => {
  await repository.pushBytes(emptyConfig.descriptor.mediaType, emptyConfig.bytes);
  const layer = await repository.pushBytes(orderType, encodeJson(order));
  const { digest } = await repository.pushManifest({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: orderArtifactType,
    config: emptyConfig.descriptor,
    layers: [layer],
  });
  return digest;
};

export const pullOrder = async (repository: Repository, digest: Digest): Promise<BuildOrder> => {
  const layer = (await repository.pullManifest(digest))?.manifest.layers[0];
  if (layer === undefined) throw new Error(`the registry has no build order ${digest}`);
  return JSON.parse(new TextDecoder().decode(await repository.pullBytes(layer))) as BuildOrder;
};
