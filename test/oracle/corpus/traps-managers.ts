import { apply, type Case, changed, get, given, named, patch, post, put, together } from '../case.ts';
import { configMap, deployment, deployments } from '../kinds.ts';

const one = '?fieldManager=one';
const two = '?fieldManager=two';
const whole = deployment('a');
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

export const cases: readonly Case[] = [
  {
    title: 'An update takes over what was applied',
    bullet: 'apply',
    steps: [
      given(named('first', apply(`${deployments}/a${one}`, whole))),
      put(`${deployments}/a?fieldManager=writer`, changed('first', { spec: { replicas: 3 } })),
      apply(`${deployments}/a${one}`, whole),
    ],
  },
  {
    title: 'A scale takes the replicas over, as a subresource',
    bullet: 'apply',
    steps: [
      given(apply(`${deployments}/a${one}`, whole)),
      patch({ path: `${deployments}/a/scale?fieldManager=scaler`, as: 'merge' }, { spec: { replicas: 3 } }),
      get(`${deployments}/a`),
    ],
  },
  {
    title: 'An apply of the status is an entry of its own',
    bullet: 'apply',
    steps: [
      given(apply(`${deployments}/a${one}`, whole)),
      apply(`${deployments}/a/status${two}`, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        status: { replicas: 1 },
      }),
    ],
  },
  {
    title: 'Managed fields that are emptied begin anew, an empty entry empties them',
    bullet: 'apply',
    steps: [
      given(post('configmaps', configMap('a'))),
      patch({ path: 'configmaps/a', as: 'merge' }, { metadata: { managedFields: [] } }),
      patch({ path: 'configmaps/a', as: 'merge' }, { metadata: { managedFields: [{}] } }),
      patch({ path: 'configmaps/a', as: 'merge' }, { data: { l: '1' } }),
    ],
  },
  {
    title: 'What was there before managed fields belongs to before-first-apply',
    bullet: 'apply',
    steps: [
      given(post('configmaps', configMap('a'))),
      given(patch({ path: 'configmaps/a', as: 'merge' }, { metadata: { managedFields: [{}] } })),
      apply(`configmaps/a${one}`, configMap('a', { k: '2' })),
      apply(`configmaps/a${one}`, configMap('a', { l: '1' })),
    ],
  },
  {
    title: 'Managed fields that cannot be read',
    bullet: 'apply',
    steps: [
      given(post('configmaps', configMap('a'))),
      patch(
        { path: 'configmaps/a', as: 'merge' },
        { metadata: { managedFields: [{ manager: 'x', operation: 'Think' }] } },
      ),
    ],
  },
  together(
    'Client-side apply moves to the server, and stays true there',
    [
      {
        title: 'Who applied on the client’s side moves to the server’s without a conflict',
        bullet: 'apply',
        steps: [
          given(
            post('configmaps?fieldManager=kubectl-client-side-apply', {
              ...configMap('a'),
              metadata: {
                name: 'a',
                annotations: {
                  [lastApplied]:
                    '{"apiVersion":"v1","data":{"k":"1"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a"}}\n',
                },
              },
            }),
          ),
          apply('configmaps/a?fieldManager=kubectl', configMap('a', { k: '2' })),
        ],
      },
      {
        title: 'An apply on the server’s side keeps the annotation of the client’s side up to date',
        bullet: 'apply',
        steps: [
          given(
            apply('configmaps/a?fieldManager=kubectl', {
              ...configMap('a'),
              metadata: {
                name: 'a',
                annotations: {
                  [lastApplied]:
                    '{"apiVersion":"v1","data":{"k":"1"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a"}}\n',
                },
              },
            }),
          ),
          apply('configmaps/a?fieldManager=kubectl', configMap('a', { k: '2' })),
        ],
      },
    ],
    'configmaps',
  ),
  {
    title: 'A manager’s name that is too long or cannot be printed',
    bullet: 'apply',
    steps: [
      apply(`configmaps/a?fieldManager=${'x'.repeat(129)}`, configMap('a')),
      apply('configmaps/a?fieldManager=a%00b', configMap('a')),
    ],
  },
];
