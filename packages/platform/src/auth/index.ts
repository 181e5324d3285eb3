export * from './build-token.ts';
export * from './contract.ts';
export * from './token.ts';
