/** The account of pods that name none. */
export const defaultName = 'default';
