import type { Headers } from '@fairlead/kube';

/** The status line and the header fields that an answer itself has, each with its line end. */
export const renderHead = (status: number, headers: Headers): string =>
  statusLine(status) + renderFields(headers);

/** What HTTP calls those that are in use here; for others the number says enough. */
const WORDS: Readonly<Record<number, string>> = {
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const statusLine = (status: number): string => `HTTP/1.1 ${status} ${WORDS[status] ?? 'Unknown'}\r\n`;

const known = new WeakMap<Headers, string>();

/** Of headers that are frozen, as those of most answers are, the text is kept. */
const renderFields = (headers: Headers): string => {
  const kept = known.get(headers);
  if (kept !== undefined) return kept;
  let text = '';
  for (const name in headers) text += renderField(name, headers[name] as string);
  if (Object.isFrozen(headers)) known.set(headers, text);
  return text;
};

/** A line end in a value would begin a field, or an answer, of somebody else's making. */
const FOREIGN = /[^\t\x20-\x7e\x80-\xff]/;

export const renderField = (name: string, value: string): string => {
  if (FOREIGN.test(value)) throw new TypeError(`the header ${name} cannot be sent`);
  return `${name}: ${value}\r\n`;
};
