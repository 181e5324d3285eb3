/** A custom resource with one of everything that a definition can ask for. */
export const widgetDefinition = (over: { readonly names?: object; readonly name?: string } = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: over.name ?? 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'], categories: ['all'], ...over.names },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', priority: 1 },
        ],
        selectableFields: [{ jsonPath: '.spec.color' }],
        schema: { openAPIV3Schema: widgetSchema },
      },
      { name: 'v1beta1', served: true, storage: false, schema: { openAPIV3Schema: widgetSchema } },
    ],
  },
});

const widgetSchema = {
  type: 'object',
  description: 'A widget of the example.',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, description: 'How large it is.' },
        color: { type: 'string', default: 'grey' },
        replicas: { type: 'integer' },
      },
    },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};
