import type { Builder } from '../../builder/index.ts';

/** A builder that is opened when it is first needed: a start does without its code and its images. */
export const builderLater = (open: () => Promise<Builder>): Builder => {
  let opened: Promise<Builder> | undefined;
  const builder = (): Promise<Builder> => {
    opened ??= open().catch((error: unknown) => {
      // The next one who needs it tries again.
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    storeFiles: async (...given) => (await builder()).storeFiles(...given),
    storeArchive: async (...given) => (await builder()).storeArchive(...given),
    plan: async (...given) => (await builder()).plan(...given),
    find: async (...given) => (await builder()).find(...given),
    compose: async (...given) => (await builder()).compose(...given),
    steps: async (...given) => (await builder()).steps(...given),
  };
};
