import type { KubeObject } from '@fairlead/kube';
import { type FieldError, forbidden } from '../../schema/field-error.ts';
import { equalJson } from '../../schema/json.ts';
import type { Rules } from '../rules.ts';

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly immutable?: boolean;
}

/** `stringData` is for writing only: it goes into `data`, over what is there. */
const withData = (secret: Secret): Secret => {
  const { stringData, ...rest } = secret;
  if (stringData === undefined) return secret;
  const encoded = Object.entries(stringData).map(([key, text]) => [
    key,
    Buffer.from(text).toString('base64'),
  ]);
  return { ...rest, data: { ...secret.data, ...Object.fromEntries(encoded) } };
};

const immutableErrors = (next: Secret, old: Secret): FieldError[] => {
  if (old.immutable !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  return [
    ...(next.immutable === true ? [] : [forbidden('immutable', why)]),
    ...(equalJson(next.data ?? {}, old.data ?? {}) ? [] : [forbidden('data', why)]),
  ];
};

export const secretRules: Rules = {
  create: withData,
  update: withData,
  validate: (next: Secret, old: Secret | undefined) => (old === undefined ? [] : immutableErrors(next, old)),
};

/** A ConfigMap that says so never changes again, either. */
export const configMapRules: Rules = {
  validate: (next: Secret, old: Secret | undefined) => (old === undefined ? [] : immutableErrors(next, old)),
};
