import type { CompleteDefaults } from './definition.ts';

export const completeDefaults = (_type: string): CompleteDefaults | undefined => undefined;
