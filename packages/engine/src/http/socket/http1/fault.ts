/** What a server says to bytes that are no request it can answer. After it the connection is closed. */
export type FaultCode = 400 | 408 | 413 | 417 | 431 | 501 | 505;

const WORDS: Readonly<Record<FaultCode, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Request Entity Too Large',
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
  501: 'Not Implemented',
  505: 'HTTP Version Not Supported',
};

/** Bytes that are no request, or one that nobody here reads; the message is for the client. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly code: FaultCode;

  constructor(code: FaultCode, message = '') {
    super(message);
    this.code = code;
  }
}

/** The last words on a connection, in plain text: there was no request that could be answered with a Status. */
export const renderFault = ({ code, message }: HttpFault): string => {
  const what = `${code} ${WORDS[code]}`;
  const text = message === '' ? what : `${what}: ${message}`;
  return `HTTP/1.1 ${what}\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
};
