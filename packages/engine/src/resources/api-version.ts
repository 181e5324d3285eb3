const FORM = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const STABILITY: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };

/** Kubernetes' order of API versions: v10, v2, v1, v11beta2, v3beta1, v12alpha1, then others by the alphabet. */
export const compareApiVersions = (a: string, b: string): number => {
  const [left, right] = [rank(a), rank(b)];
  if (left === undefined || right === undefined) {
    if (left !== undefined) return -1;
    return right !== undefined ? 1 : a < b ? -1 : Number(a !== b);
  }
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : (right[at] ?? 0) - (left[at] ?? 0);
};

const rank = (version: string): readonly number[] | undefined => {
  const found = FORM.exec(version);
  if (found === null) return undefined;
  const [, major, stability, minor] = found;
  return [stability === undefined ? 2 : (STABILITY[stability] ?? 0), Number(major), Number(minor ?? 0)];
};
