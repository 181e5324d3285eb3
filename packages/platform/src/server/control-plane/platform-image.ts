import { fileURLToPath } from 'node:url';
import { helperEntries } from '../../builder/compose.ts';
import { pushLayer } from '../../builder/layer.ts';
import { encodeJson, mediaTypes, overMachine, type RegistryClient } from '../../oci/index.ts';

const repositoryName = 'fairlead-system/platform';

/** How the image starts the builder. */
export const builderCommand = ['./builder'] as const;

const builder = fileURLToPath(new URL('../../builder/main.ts', import.meta.url));

/**
 * Puts the image with the platform's own code into the registry. On a machine whose nodes run processes
 * that code is here already: the image only says where. Resolves with its reference by digest.
 */
export const pushPlatformImage = async (registry: RegistryClient, host: string): Promise<string> => {
  const repository = registry.repository(repositoryName);
  const script = `#!/bin/sh\nexec ${quoted(process.execPath)} --disable-warning=ExperimentalWarning ${quoted(builder)} "$@"\n`;
  const layer = await pushLayer(
    repository,
    helperEntries([{ path: 'builder', content: script, executable: true }]),
    '',
  );
  const { platform, arch } = process;
  const config = await repository.pushBytes(
    mediaTypes.config,
    encodeJson({
      architecture: arch === 'x64' ? 'amd64' : arch,
      os: platform,
      config: { WorkingDir: '/', Labels: overMachine },
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    }),
  );
  const { digest } = await repository.pushManifest(
    { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer.descriptor] },
    'local',
  );
  return `${host}/${repositoryName}@${digest}`;
};

const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
