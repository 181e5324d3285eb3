export * from './clock.ts';
export * from './object.ts';
export * from './transport.ts';
