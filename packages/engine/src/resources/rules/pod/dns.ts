import type { Place } from '../../../schema/place.ts';
import { ipAddress, underscoredSubdomain } from '../../formats.ts';
import type { DnsConfig } from './types.ts';

/** Limits of the C library. */
const NAMESERVERS = 3;
const SEARCHES = 32;
const SEARCH_CHARACTERS = 2048;

export const judgeDns = (config: DnsConfig | undefined, policy: string | undefined, at: Place): void => {
  const { nameservers = [], searches = [], options = [] } = config ?? {};
  if (policy === 'None') {
    if (config === undefined) return at.required('must provide `dnsConfig` when `dnsPolicy` is None');
    if (nameservers.length === 0) {
      const why = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return at.field('nameservers').required(why);
    }
  }
  const servers = at.field('nameservers');
  if (nameservers.length > NAMESERVERS) {
    servers.invalid(nameservers, `must not have more than ${NAMESERVERS} nameservers`);
  }
  nameservers.forEach((address, index) => servers.index(index).faults(address, ipAddress(address)));
  judgeSearches(searches, at.field('searches'));
  options.forEach(({ name = '' }, index) => {
    if (name === '') at.field('options').index(index).required('must not be empty');
  });
};

const judgeSearches = (searches: readonly string[], at: Place): void => {
  if (searches.length > SEARCHES) at.invalid(searches, `must not have more than ${SEARCHES} search paths`);
  if (searches.join(' ').length > SEARCH_CHARACTERS) {
    const why = `must not have more than ${SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    at.invalid(searches, why);
  }
  searches.forEach((search, index) => {
    if (search === '.') return;
    const domain = search.replace(/\.$/, '');
    at.index(index).faults(domain, underscoredSubdomain(domain));
  });
};
