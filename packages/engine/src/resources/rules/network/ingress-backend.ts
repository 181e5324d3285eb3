import type { Place } from '../../../schema/place.ts';
import { dnsLabel1035, portName, portNumber } from '../../formats.ts';
import { judgeReference, type TypedReference } from './reference.ts';

/** Where requests go: to a port of a Service, or to some other object. */
export interface Backend {
  readonly service?: {
    readonly name?: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
  readonly resource?: TypedReference;
}

export const judgeBackend = ({ service, resource }: Backend, at: Place): void => {
  if (resource !== undefined && service !== undefined) {
    at.invalid('', 'cannot set both resource and service backends');
  } else if (resource !== undefined) judgeReference(resource, at.field('resource'));
  else if (service !== undefined) judgeService(service, at);
  else at.invalid('', 'resource or service backend is required');
};

const judgeService = ({ name = '', port = {} }: NonNullable<Backend['service']>, at: Place): void => {
  const here = at.field('service');
  if (name === '') here.field('name').required();
  else here.field('name').faults(name, dnsLabel1035(name));
  const { name: called = '', number = 0 } = port;
  if (called !== '' && number !== 0) at.invalid('', 'cannot set both port name & port number');
  else if (called !== '') here.field('port').field('name').faults(called, portName(called));
  else if (number !== 0) here.field('port').field('number').faults(number, portNumber(number));
  else at.required('port name or number is required');
};
