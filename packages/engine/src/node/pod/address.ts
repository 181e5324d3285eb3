/** Pods share the machine's network: every one of them is found on loopback, by its own port. */
export const podAddress = '127.0.0.1';
