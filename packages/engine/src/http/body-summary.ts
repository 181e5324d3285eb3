const SHOWN_BYTES = 30;

/** How a body begins, for whoever wonders what came: text when it looks like JSON, else hexadecimal digits. */
export const summarizeBody = (body: Uint8Array): string => {
  if (body.length === 0) return '<empty>';
  const shown = Buffer.from(body.subarray(0, SHOWN_BYTES)).toString(body[0] === 0x7b ? 'utf8' : 'hex');
  return body.length > SHOWN_BYTES ? `${shown} ...` : shown;
};
