import { defineCustomKind } from '@fairlead/api/schema';
import { type CustomObject, type Kind, kindOf } from '@fairlead/kube';
import Type from 'typebox';

const Spec = Type.Object({
  namespaces: Type.Optional(
    Type.Array(Type.String(), { description: 'Where it holds; everywhere when it names none.' }),
  ),
  key: Type.String({ default: 'password', description: 'Which value of a Secret is a password.' }),
  minLength: Type.Integer({ minimum: 1, default: 10, description: 'Characters that it must have.' }),
  action: Type.Enum(['Report', 'Delete', 'Refuse'], {
    default: 'Report',
    description:
      'Report: tell of it · Delete: delete the Secret · Refuse: let none in, and tell of those that are there.',
  }),
});

const Status = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  count: Type.Integer({ description: 'Secrets that break the policy now.' }),
  weak: Type.Array(Type.String(), { description: 'The first hundred of them, as namespace/name.' }),
});

/** What a password must be like, and what happens to one that is not. */
export const SecretPolicyKind = defineCustomKind({
  group: 'automation.example.com',
  version: 'v1',
  kind: 'SecretPolicy',
  resource: 'secretpolicies',
  singular: 'secretpolicy',
  shortNames: [],
  namespaced: false,
  description: 'What a password in a Secret must be like, and what happens to one that is not.',
  spec: Spec,
  status: Status,
  columns: [
    { name: 'Action', type: 'string', jsonPath: '.spec.action' },
    { name: 'Weak', type: 'integer', jsonPath: '.status.count' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
});

export type SecretPolicy = CustomObject<typeof SecretPolicyKind>;
export const secretPolicies: Kind<SecretPolicy> = kindOf(SecretPolicyKind);
