// The nouns as values: one schema each, from which types, CRDs, defaults and docs are made.
export * from './app/schema.ts';
export * from './image/schema.ts';
export * from './kind/condition.ts';
export * from './kind/crd.ts';
export * from './kind/define.ts';
export * from './kinds.ts';
export * from './release/schema.ts';
export * from './runtime/schema.ts';
