/** Cases in which the engine is known to be wrong, and not on purpose: `file: title`, and what is wrong. */
export const bugs: Readonly<Record<string, string>> = {};
