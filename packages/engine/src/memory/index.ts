export { type ProcessUse, startIdleCollection } from './idle-collection.ts';
export { openProcessUse } from './process-use.ts';
export { readProcess } from './process-metrics.ts';
