export { hostName } from './match.ts';
export { type Router, type RouterStart, startRouter } from './start.ts';
