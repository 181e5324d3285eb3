import type { KubeObject, KubeResponse } from '@fairlead/kube';
import { reviewAccess, reviewLocalAccess, reviewOwnAccess } from './access-review.ts';
import { declaredOrder } from '../schema/member-order.ts';
import { SERVED } from './accept.ts';
import type { Call } from './api.ts';
import { namespaceOf } from './create.ts';
import { notAcceptable, notServed } from './errors.ts';
import { withMetadata } from './metadata.ts';
import { readObject } from './object.ts';
import { trackOwner } from './owner.ts';
import { renderPartial } from './partial.ts';
import { parseWriteOptions } from './query.ts';
import { respondValue } from './respond.ts';
import { reviewOwnRules } from './rules-review.ts';
import { reviewSelf, reviewToken } from './user-review.ts';

/** Makes the answer from the question, which has the structure of its own kind. */
type Review = (call: Call, question: never) => object;

/** What answers a question that is posted as an object and never stored, by `<group>/<resource>`. */
const REVIEWS: Readonly<Record<string, Review>> = {
  'authorization.k8s.io/selfsubjectaccessreviews': reviewOwnAccess,
  'authorization.k8s.io/subjectaccessreviews': reviewAccess,
  'authorization.k8s.io/localsubjectaccessreviews': reviewLocalAccess,
  'authorization.k8s.io/selfsubjectrulesreviews': reviewOwnRules,
  'authentication.k8s.io/selfsubjectreviews': reviewSelf,
  'authentication.k8s.io/tokenreviews': reviewToken,
};

/** POST of a review. What has no answer yet is refused by name. */
export const review = async (call: Call): Promise<KubeResponse> => {
  const { group, resource } = call.resource.definition;
  const answer = REVIEWS[`${group}/${resource}`];
  if (answer === undefined) throw notServed(group === '' ? resource : `${resource}.${group}`);
  if (call.accept.as === 'Table') throw notAcceptable(SERVED);
  const options = parseWriteOptions(call.query);
  const object = await readObject(call, options);
  const namespace = namespaceOf(call, object);
  const placed = withMetadata(object, { ...object.metadata, ...(namespace !== '' && { namespace }) });
  const ordered = declaredOrder(call.resource.version.schema());
  const question = trackOwner(call, { next: placed, options });
  const answered = ordered(answer(call, question as never)) as KubeObject;
  const { accept } = call;
  return respondValue(accept.as === 'object' ? answered : renderPartial(accept, answered), 201);
};
