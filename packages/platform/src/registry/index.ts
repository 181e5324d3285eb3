export { openDiskStorage } from './disk/storage.ts';
export type { RegistryLimits, RepositoryVerb } from './exchange.ts';
export { createRegistry, type Registry, type RegistryOptions } from './registry.ts';
export type { BlobStore, BlobWriter, RecordStore, RegistryStorage } from './storage.ts';
export { DigestMismatch } from './storage.ts';
export type { RegistryClock } from './uploads.ts';
