// What the product's nouns are called, what may be said of them and what can go wrong. The schemas are types here: as
// values, in `@fairlead/api/schema`, they take longer to load than a command takes to run.
export * from './app/outcome.ts';
export * from './app/rules.ts';
export type * from './app/schema.ts';
export * from './errors/error.ts';
export * from './errors/register.ts';
export type * from './image/schema.ts';
export type * from './kind/condition.ts';
export type * from './kind/crd.ts';
export type * from './kind/define.ts';
export type { EnvVar } from './kind/env.ts';
export type { Process } from './kind/process.ts';
export type { Source } from './kind/source.ts';
export * from './names.ts';
export type * from './release/schema.ts';
export type * from './runtime/schema.ts';
