/** Documents that cases are about, as small as they may be. */

/** An object of any kind that may be empty. */
export const bare = (name: string, metadata: object = {}) => ({ metadata: { name, ...metadata } });

export const configMap = (name: string, data: Record<string, string> = { k: '1' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

export const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'app:1' }], ...more },
});

/** A pod with the fields that admission fills in, so that a case is not about these. */
export const quietPod = (name: string, more: object = {}) =>
  pod(name, { automountServiceAccountToken: false, ...more });

export const deployments = '/apis/apps/v1/namespaces/{{ns}}/deployments';

export const deployment = (name: string, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'app:1' }] },
    },
    ...more,
  },
});

const GROUP = '{{ns}}.example.com';
export const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const widgets = `/apis/${GROUP}/v1/namespaces/{{ns}}/widgets`;

/** The definition of a kind Widget of the case's own, with a schema for its instances. */
export const widgetDefinition = (schema: object, version: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
  },
});

export const widget = (name: string, more: object = {}) => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Widget',
  metadata: { name },
  ...more,
});
