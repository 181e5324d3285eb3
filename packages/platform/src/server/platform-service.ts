/** The Service of git, registry and gateway, in the platform's own namespace. */
export const platformService = 'platform';
