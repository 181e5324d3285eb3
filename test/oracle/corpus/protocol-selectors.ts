import { type Case, get, given, post, together } from '../case.ts';

const sized = (name: string, size: string) =>
  given(post('secrets', { metadata: { name, labels: { size, app: 'a' } } }));
const others = [
  sized('one', '1'),
  sized('ten', '10'),
  given(post('secrets', { metadata: { name: 'none' } })),
];

/** Kinds take turns, so that no one is asked too often. */
const matched: readonly (readonly [title: string, query: string])[] = [
  ['less than', 'labelSelector=size%3C5'],
  ['more than, without a word for it', 'labelSelector=size%3E5'],
  ['an empty value', 'labelSelector=app%3D'],
  ['one of none', 'labelSelector=app+in+()'],
  ['a type', 'fieldSelector=type%3DOpaque,metadata.name!%3Dten'],
  ['an escaped comma', 'fieldSelector=metadata.name%3Da%5C,b'],
];

const unreadable: readonly (readonly [path: string, selector: string])[] = [
  ['services', 'a b'],
  ['services', 'a,'],
  ['services', ',a'],
  ['services', 'a=b c'],
  ['services', '!a=b'],
  ['services', '!'],
  ['serviceaccounts', 'a in'],
  ['serviceaccounts', 'a in (b'],
  ['serviceaccounts', 'a in (b c)'],
  ['serviceaccounts', 'a in (b,=)'],
  ['serviceaccounts', 'a=(b)'],
  ['serviceaccounts', 'a>b'],
  ['endpoints', 'a=-'],
  ['endpoints', '-a=b'],
  ['endpoints', 'a/b/c'],
  ['endpoints', '/a'],
  ['endpoints', `${'x'.repeat(64)}=y`],
  ['endpoints', `x=${'y'.repeat(64)}`],
];

const fields: readonly (readonly [path: string, selector: string])[] = [
  ['persistentvolumeclaims', 'a'],
  ['persistentvolumeclaims', 'metadata.name=a=b'],
  ['persistentvolumeclaims', 'metadata.name=\\x'],
  ['persistentvolumeclaims', 'spec.volumeName=a'],
  ['pods', 'spec.image=a'],
  ['/api/v1/nodes', 'metadata.namespace=a'],
  ['/api/v1/namespaces', 'metadata.labels=a'],
  ['/apis/batch/v1/namespaces/{{ns}}/jobs', 'spec.suspend=true'],
  ['/apis/apps/v1/namespaces/{{ns}}/replicasets', 'status.replicas=1'],
  ['/apis/resource.k8s.io/v1/resourceslices', 'spec.pool=a'],
  ['/apis/rbac.authorization.k8s.io/v1/clusterroles', 'rules=a'],
];

export const cases: readonly Case[] = [
  together(
    'Selectors that find what they say',
    matched.map(
      ([title, query]): Case => ({
        title: `A selector with ${title}`,
        bullet: 'life',
        steps: [...others, get(`secrets?${query}`)],
      }),
    ),
  ),
  together(
    'Label selectors that cannot be read',
    unreadable.map(
      ([path, selector]): Case => ({
        title: `The label selector ${selector} of ${path}`,
        bullet: 'life',
        steps: [get(`${path}?labelSelector=${encodeURIComponent(selector)}`)],
      }),
    ),
  ),
  ...fields.map(
    ([path, selector]): Case => ({
      title: `The field selector ${selector} of ${path}`,
      bullet: 'life',
      steps: [get(`${path}?fieldSelector=${encodeURIComponent(selector)}`)],
    }),
  ),
];
