import { ADDRESSES, addressOf, numberOf, PORT_RANGE, type ServiceBook } from './book.ts';

/** What one write asks for. In a dry run nothing is noted, and what is drawn is none that anybody could have. */
export interface Order {
  /** Asks for an address; says why it cannot be had. */
  takeAddress(ip: string): string | undefined;
  /** Undefined when there is none left. */
  drawAddress(): string | undefined;
  takePort(port: number): string | undefined;
  drawPort(): number | undefined;
}

export const placeOrder = (
  book: ServiceBook,
  given: { readonly key: string; readonly dryRun: boolean },
): Order => {
  const { key, dryRun } = given;
  const ordered = new Set<number>();
  const takePort = (port: number): string | undefined => {
    if (!dryRun && (port < PORT_RANGE.first || port > PORT_RANGE.last)) {
      return `provided port is not in the valid range. The range of valid ports is ${PORT_RANGE.first}-${PORT_RANGE.last}`;
    }
    if (book.ports.isTaken(port) || ordered.has(port)) return 'provided port is already allocated';
    ordered.add(port);
    if (!dryRun) book.ports.note(port, key);
    return undefined;
  };
  return {
    takeAddress(ip) {
      const fault = addressFault(book, ip, dryRun);
      if (fault === undefined && !dryRun) book.addresses.note(numberOf(ip), key);
      return fault;
    },
    drawAddress() {
      const number = dryRun ? ADDRESSES.base : book.addresses.draw(ordered);
      if (number === undefined) return undefined;
      if (!dryRun) book.addresses.note(number, key);
      return addressOf(number);
    },
    takePort,
    drawPort() {
      const port = dryRun ? Math.max(PORT_RANGE.last + 1, ...ordered) + 1 : book.ports.draw(ordered);
      if (port !== undefined) takePort(port);
      return port;
    },
  };
};

const addressFault = (book: ServiceBook, ip: string, dryRun: boolean): string | undefined => {
  const number = numberOf(ip);
  if (number < ADDRESSES.first || number > ADDRESSES.last) {
    return 'the provided network does not match the current range';
  }
  return !dryRun && book.addresses.isTaken(number) ? 'provided IP is already allocated' : undefined;
};
