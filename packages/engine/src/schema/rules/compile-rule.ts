import { compile, type Program } from '../../cel/program.ts';
import { optionalOf, type Type } from '../../cel/type.ts';
import type { CelRule } from '../crd-props.ts';

/** A rule of `x-kubernetes-validations`, ready to run or with why it is not. */
export interface CompiledRule {
  readonly rule: CelRule;
  /** Undefined when it does not compile, or says nothing. */
  readonly program?: Program;
  readonly error?: string;
  /** It is about a change: it speaks of `oldSelf`. */
  readonly usesOldSelf: boolean;
  readonly message?: Program;
  readonly messageError?: string;
}

/** Compiles a rule for values of a type, in Kubernetes' words. */
export const compileRule = (rule: CelRule, self: Type): CompiledRule => {
  const text = rule.rule ?? '';
  if (text.trim() === '') return { rule, usesOldSelf: false };
  const variables = new Map([
    ['self', self],
    ['oldSelf', rule.optionalOldSelf === true ? optionalOf(self) : self],
  ]);
  const compiled = compile(text, variables);
  if ('issues' in compiled)
    return { rule, usesOldSelf: false, error: `compilation failed: ${compiled.issues}` };
  const { program } = compiled;
  if (program.type.kind !== 'bool') {
    return { rule, usesOldSelf: false, error: 'cel expression must evaluate to a bool' };
  }
  return { rule, program, usesOldSelf: program.uses.has('oldSelf'), ...compileMessage(rule, variables) };
};

const compileMessage = (
  { messageExpression = '' }: CelRule,
  variables: ReadonlyMap<string, Type>,
): Pick<CompiledRule, 'message' | 'messageError'> => {
  if (messageExpression === '') return {};
  const compiled = compile(messageExpression, variables);
  if ('issues' in compiled)
    return { messageError: `messageExpression compilation failed: ${compiled.issues}` };
  if (compiled.program.type.kind !== 'string')
    return { messageError: 'messageExpression must evaluate to a string' };
  return { message: compiled.program };
};
