export { type DeployRequest, deploySource } from './deploy.ts';
export type { ProgressEnd, ProgressEvent } from './event.ts';
export { renderProgress } from './render.ts';
