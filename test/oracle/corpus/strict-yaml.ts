import { apply, type Case, post, type Request } from '../case.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/{{ns}}/leases';

/** Keys that come twice, on three lines, one of them in quotes. */
const twice = `apiVersion: coordination.k8s.io/v1
kind: Lease
metadata:
  name: a
spec:
  holderIdentity: one
  "holderIdentity": two
  leaseDurationSeconds: 1
metadata:
  name: a
`;

const sent = (level: string): Request =>
  post(`${LEASES}?fieldValidation=${level}`, twice, { headers: { 'content-type': 'application/yaml' } });

const ownedBy = '&fieldManager=one';

/** Keys that come twice in YAML, and forms of an answer that there is not. */
export const cases: readonly Case[] = [
  ...(['Ignore', 'Warn', 'Strict'] as const).flatMap((level): Case[] => [
    { title: `Keys that come twice in YAML under ${level}`, bullet: 'kinds', steps: [sent(level)] },
    {
      title: `Keys that come twice in an apply under ${level}`,
      bullet: 'apply',
      steps: [
        apply(`${LEASES}/a?fieldValidation=${level}${ownedBy}`, twice),
        apply(
          `${LEASES}/b?fieldValidation=${level}${ownedBy}`,
          '{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"b"},"spec":{"holderIdentity":"one","holderIdentity":"two"}}',
        ),
      ],
    },
  ]),
  {
    title: 'A review is neither a table nor metadata',
    bullet: 'protocol',
    differs: {
      reason: 'The engine names what it speaks, and it does not speak protobuf.',
      heading: 'Media types that are accepted',
    },
    steps: ['Table', 'PartialObjectMetadata'].map((form) =>
      post(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
        },
        { headers: { accept: `application/json;as=${form};v=v1;g=meta.k8s.io` } },
      ),
    ),
  },
];
