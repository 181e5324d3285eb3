import type { KubeResponse } from '@fairlead/kube';
import { isObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { notServed } from './errors.ts';
import { readObject } from './object.ts';
import { parseWriteOptions } from './query.ts';
import { respondValue } from './respond.ts';

/** Answers to a question that is posted as an object and never stored, by `<group>/<resource>`. */
const ANSWERS: Readonly<Record<string, (call: Call, spec: Spec) => object>> = {
  'authorization.k8s.io/selfsubjectaccessreviews': (call, spec) => mayI(call, spec),
  'authentication.k8s.io/selfsubjectreviews': ({ user }) => ({
    userInfo: { username: user.name, ...(user.uid !== undefined && { uid: user.uid }), groups: user.groups },
  }),
};

type Spec = Readonly<Record<string, unknown>>;

/** POST of a review. What has no answer yet is refused by name. */
export const review = async (call: Call): Promise<KubeResponse> => {
  const { group, resource } = call.resource.definition;
  const answer = ANSWERS[`${group}/${resource}`];
  if (answer === undefined) throw notServed(group === '' ? resource : `${resource}.${group}`);
  const object = await readObject(call, parseWriteOptions(call.query));
  const { spec } = object as { readonly spec?: unknown };
  return respondValue({ ...object, status: answer(call, isObject(spec) ? spec : {}) }, 201);
};

const mayI = ({ api, user }: Call, spec: Spec): object => {
  const asked = isObject(spec.resourceAttributes) ? spec.resourceAttributes : {};
  const other = isObject(spec.nonResourceAttributes) ? spec.nonResourceAttributes : {};
  const word = (name: string): string => (typeof asked[name] === 'string' ? asked[name] : '');
  const decision = api.authorize({
    user,
    verb: word('verb') || (typeof other.verb === 'string' ? other.verb : ''),
    group: word('group'),
    version: word('version'),
    resource: word('resource'),
    subresource: word('subresource'),
    namespace: word('namespace'),
    name: word('name'),
  });
  return decision.allowed ? { allowed: true } : { allowed: false, reason: decision.reason };
};
