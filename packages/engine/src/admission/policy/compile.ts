import { compile, type Program } from '../../cel/program.ts';
import { BOOL, DYN, NULL, renderType, STRING, type Type } from '../../cel/type.ts';
import type { AdmissionPolicy, Validation } from './policy.ts';
import { NAMESPACE_TYPE, objectOf, REQUEST_TYPE } from './types.ts';

/** An expression of a policy, ready to run or with why it is not. */
export interface Expression {
  readonly text: string;
  readonly program?: Program;
  readonly error?: string;
}

export interface CompiledPolicy {
  readonly conditions: readonly Expression[];
  readonly variables: ReadonlyMap<string, Expression>;
  readonly validations: readonly CompiledValidation[];
  readonly annotations: readonly (Expression & { readonly key: string })[];
}

export interface CompiledValidation extends Expression {
  readonly validation: Validation;
  readonly message?: Expression;
}

/** Compiles all that a policy says; variables may speak of those before them. */
export const compilePolicy = ({ spec }: AdmissionPolicy): CompiledPolicy => {
  const base = new Map<string, Type>([
    ['object', DYN],
    ['oldObject', DYN],
    ['request', REQUEST_TYPE],
    ['namespaceObject', NAMESPACE_TYPE],
    ...(spec.paramKind === undefined ? [] : ([['params', DYN]] as const)),
  ]);
  const { variables, types } = compileVariables(spec.variables ?? [], base);
  const all = new Map([...base, ['variables', objectOf('kubernetes.variables', types)]]);
  const message = ({ messageExpression }: Validation) =>
    messageExpression ? { message: expression(messageExpression, all, [STRING]) } : {};
  return {
    variables,
    conditions: (spec.matchConditions ?? []).map((one) => expression(one.expression, base, [BOOL])),
    validations: (spec.validations ?? []).map((validation) => ({
      ...expression(validation.expression, all, [BOOL]),
      ...message(validation),
      validation,
    })),
    annotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
      ...expression(valueExpression, all, [STRING, NULL]),
      key,
    })),
  };
};

const compileVariables = (
  declared: NonNullable<AdmissionPolicy['spec']['variables']>,
  base: ReadonlyMap<string, Type>,
) => {
  const variables = new Map<string, Expression>();
  const types: Record<string, Type> = {};
  for (const { name, expression: text } of declared) {
    const known = new Map([...base, ['variables', objectOf('kubernetes.variables', { ...types })]]);
    const compiled = expression(text, known);
    variables.set(name, compiled);
    types[name] = compiled.program?.type ?? DYN;
  }
  return { variables, types };
};

/** `wanted`: what it may evaluate to; anything when nothing is said. */
const expression = (
  source: string,
  variables: ReadonlyMap<string, Type>,
  wanted: readonly Type[] = [],
): Expression => {
  const text = source.trim();
  const compiled = compile(source, variables);
  if ('issues' in compiled) return { text, error: `compilation failed: ${compiled.issues}` };
  const { program } = compiled;
  const { kind } = program.type;
  if (wanted.length === 0 || kind === 'dyn' || wanted.some((type) => type.kind === kind))
    return { text, program };
  const got = `but got ${renderType(program.type)}`;
  const [only = DYN] = wanted;
  const error =
    wanted.length === 1
      ? `must evaluate to ${renderType(only)} ${got}`
      : `must evaluate to one of [${wanted.map(renderType).join(' ')}] ${got}`;
  return { text, error };
};
