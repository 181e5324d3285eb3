export { deepFreeze } from '../informer/freeze.ts';
export * from './faults.ts';
export * from './seeded-random.ts';
export * from './simulated-clock.ts';
export * from './world.ts';
export * from './write-log.ts';
