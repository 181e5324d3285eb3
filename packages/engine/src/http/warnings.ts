import type { KubeObject, KubeResponse } from '@fairlead/kube';
import type { Call } from './api.ts';

/** Notes what the rules of the kind warn of. */
export const warn = (call: Call, object: KubeObject, old?: KubeObject): void => {
  const found = call.resource.rules.warnings?.(object, old);
  if (found !== undefined && found.length > 0) call.warnings.push(...found);
};

/** The answer with all that was noted on the way to it. */
export const withWarnings = (response: KubeResponse, warnings: readonly string[]): KubeResponse =>
  warnings.length === 0
    ? response
    : { ...response, headers: { ...response.headers, ...warningHeaders(warnings) } };

/**
 * RFC 7234 warnings, as the API server sends them. One header may carry several, separated by commas.
 */
const warningHeaders = (warnings: readonly string[]): Record<string, string> => {
  if (warnings.length === 0) return {};
  return { warning: [...new Set(warnings)].map((text) => `299 - ${quotedString(text)}`).join(', ') };
};

/** Header values are bytes, each of which Node wants as a character; control characters may not stand in them. */
const quotedString = (text: string): string =>
  `"${Buffer.from(text.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}/gu, '?')).toString('latin1')}"`;
