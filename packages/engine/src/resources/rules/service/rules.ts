import type { Rules } from '../../rules.ts';
import { withoutLeftovers, withoutPolicy } from './change.ts';
import { serviceErrors } from './judge.ts';
import { serviceStatusErrors } from './status.ts';
import type { Service } from './types.ts';
import { serviceWarnings } from './warnings.ts';

/** A name for a set of pods. Its addresses and node ports are given out before these rules see it (admission). */
export const serviceRules: Rules = {
  complete: true,
  create: (service: Service) => withoutPolicy(service),
  update: (next: Service, old: Service) => withoutPolicy(withoutLeftovers(next, old)),
  validate: (next: Service, old: Service | undefined) => serviceErrors(next, old),
  parts: {
    status: { validate: (next: Service, old: Service | undefined) => serviceStatusErrors(next, old) },
  },
  warnings: (next: Service) => serviceWarnings(next),
};
