import type { IncomingMessage } from 'node:http';

/**
 * Whether an upstream's answer is one that can be passed on as the last word to a request: an app says what it likes in
 * its first line, and Node hands that on as it is.
 */
export const readableAnswer = ({ statusCode = 0 }: IncomingMessage): boolean =>
  statusCode >= 200 && statusCode <= 999;

/** The words after the status, unless there is in them what may not stand in a line of a header. */
export const reasonOf = ({ statusMessage = '' }: IncomingMessage): string =>
  /^[\t\x20-\x7e\x80-\xff]*$/.test(statusMessage) ? statusMessage : '';
