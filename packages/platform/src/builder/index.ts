export {
  type Builder,
  type BuilderOptions,
  type BuildPlan,
  type BuildRequest,
  type BuiltImage,
  createBuilder,
} from './builder.ts';
export { type Detection, detectRuntime } from './detect.ts';
export { readFolder } from './folder.ts';
export { parseProcfile, type Processes } from './procfile.ts';
export type { Platform } from './recipe.ts';
export type { NamedRuntime } from './runtime.ts';
export type { Source, SourceFile } from './source.ts';
export type { BuildStep, StepSettings } from './steps/describe.ts';
export { tarBytes } from './tar.ts';
