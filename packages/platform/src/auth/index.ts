export * from './build-token.ts';
export * from './contract.ts';
export * from './review.ts';
export * from './token.ts';
