/** The token of a request: a bearer token, or the password of basic authentication (RFC 6750, RFC 7617). */
export const tokenOf = (headers: Headers): string | undefined => {
  const header = headers.get('authorization') ?? '';
  const [scheme, value = ''] = header.split(' ', 2);
  switch (scheme?.toLowerCase()) {
    case 'bearer':
      return value === '' ? undefined : value;
    case 'basic': {
      const pair = Buffer.from(value, 'base64').toString();
      const colon = pair.indexOf(':');
      return colon < 0 || colon === pair.length - 1 ? undefined : pair.slice(colon + 1);
    }
    default:
      return undefined;
  }
};
