export * from './custom.ts';
export * from './gateway.ts';
export * from './generated/index.ts';
export * from './kind.ts';
export * from './meta.ts';
export * from './parts.ts';
