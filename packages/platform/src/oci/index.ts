export * from './client.ts';
export * from './digest.ts';
export { RegistryError } from './failure.ts';
export * from './manifest.ts';
