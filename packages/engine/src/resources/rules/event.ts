import type { KubeObject } from '@fairlead/kube';
import { Place } from '../../schema/place.ts';
import { qualifiedName } from '../formats.ts';
import type { Rules } from '../rules.ts';

interface Event extends KubeObject {
  readonly involvedObject?: { readonly namespace?: string };
  /** With it an event is one of the newer sort, which says more. */
  readonly eventTime?: string | null;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
  readonly action?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** How long texts may be, and whether they have to be there. */
const TEXTS = [
  ['reportingInstance', 128, true],
  ['action', 128, true],
  ['reason', 128, true],
  ['message', 1024, false],
] as const;

/** What concerns no namespace is told in `default`. */
const judgePlace = ({ metadata, involvedObject, eventTime }: Event, root: Place): void => {
  const { namespace: about = '' } = involvedObject ?? {};
  const { namespace: told = '' } = metadata;
  const isNew = eventTime !== undefined && eventTime !== null;
  const allowed = isNew ? ['default', 'kube-system'] : ['', 'default'];
  const fits = about === '' ? allowed.includes(told) : isNew || about === told;
  if (!fits) root.field('involvedObject').field('namespace').invalid(about, 'does not match event.namespace');
};

const judgeTexts = (event: Event, at: Place): void => {
  const { reportingComponent: component = '' } = event;
  if (component === '') at.field('reportingComponent').required();
  at.field('reportingComponent').faults(component, qualifiedName(component));
  for (const [field, limit, isRequired] of TEXTS) {
    const text = event[field] ?? '';
    if (isRequired && text === '') at.field(field).required();
    if (Buffer.byteLength(text) > limit) at.field(field).invalid('', `can have at most ${limit} characters`);
  }
};

/** What happened. Kubernetes judges little of it, lest nothing be told. */
export const eventRules: Rules = {
  complete: true,
  validate(event: Event) {
    const at = new Place();
    judgePlace(event, at);
    if (event.eventTime !== undefined && event.eventTime !== null) judgeTexts(event, at);
    return at.found;
  },
};
