import type { Outcome } from '../../cel/program.ts';
import { CelError, type CelMap, type Value } from '../../cel/value.ts';
import type { CompiledPolicy, CompiledValidation, Expression } from './compile.ts';
import type { AdmissionPolicy } from './policy.ts';

/** Why a write is not as a policy wants it. `reason`: one of a Status; none when the policy itself failed. */
export interface Violation {
  readonly message: string;
  readonly reason?: string;
}

/** What all expressions of a policy may cost for one write (apiserver, pkg/apis/cel). */
const BUDGET = 10_000_000;
const CONDITIONS_BUDGET = 2_500_000;
const CALL_LIMIT = 1_000_000;
const MESSAGE_BYTES = 5 * 1024;
const OVER = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** What a policy has against a write; nothing when it has nothing against it, or its conditions leave it out. */
export const judgeByPolicy = (
  { spec }: AdmissionPolicy,
  compiled: CompiledPolicy,
  input: ReadonlyMap<string, Value>,
): readonly Violation[] => {
  const failed = (message: string): Violation[] => (spec.failurePolicy === 'Ignore' ? [] : [{ message }]);
  try {
    if (!meetsConditions(compiled, new Run(input, CONDITIONS_BUDGET))) return [];
    const run = new Run(withVariables(compiled, input), BUDGET);
    return compiled.validations.flatMap((one) => judgeOne(one, { run, failed }));
  } catch (error) {
    if (error instanceof GivenUp) return failed(error.message);
    throw error;
  }
};

/** Nothing that a policy says further counts. */
class GivenUp extends Error {}

/** Evaluates one expression after the other on one budget. */
class Run {
  readonly variables: ReadonlyMap<string, Value>;
  #left: number;

  constructor(variables: ReadonlyMap<string, Value>, budget: number) {
    this.variables = variables;
    this.#left = budget;
  }

  evaluate({ program, text, error }: Expression): { readonly value: Value } | { readonly error: string } {
    if (program === undefined) return { error: `compilation error: ${error ?? ''}` };
    const outcome = program.run(this.variables, CALL_LIMIT);
    this.spend(outcome);
    if (outcome.error === undefined) return { value: outcome.value ?? null };
    return { error: `expression '${text}' resulted in error: ${outcome.error}` };
  }

  spend({ cost }: Outcome): void {
    this.#left -= cost;
    if (this.#left < 0) throw new GivenUp(OVER);
  }
}

/** Whatever is false leaves a write out, also where another one cannot be evaluated. */
const meetsConditions = ({ conditions }: CompiledPolicy, run: Run): boolean => {
  const found = conditions.map((one) => run.evaluate(one));
  if (found.some((one) => 'value' in one && one.value === false)) return false;
  const errors = found.flatMap((one) => ('error' in one ? [one.error] : []));
  if (errors.length > 0) throw new GivenUp(errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`);
  return true;
};

/** `variables.name`: evaluated when somebody asks, once. */
const withVariables = (
  { variables }: CompiledPolicy,
  input: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> => {
  const known = new Map<string, Value>();
  const names = [...variables.keys()];
  const lazily: CelMap = {
    map: true,
    type: 'kubernetes.variables',
    size: names.length,
    keys: () => names,
    get(key) {
      const name = String(key);
      const value = known.get(name) ?? compute(name);
      if (value !== undefined) known.set(name, value);
      return value;
    },
  };
  const all = new Map([...input, ['variables', lazily as Value]]);
  const compute = (name: string): Value | undefined => {
    const expression = variables.get(name);
    if (expression === undefined) return undefined;
    const { program, error } = expression;
    if (program === undefined)
      throw new CelError(`composited variable "${name}" fails to compile: ${error ?? ''}`);
    const outcome = program.run(all, CALL_LIMIT);
    if (outcome.error === undefined) return outcome.value ?? null;
    throw new CelError(`composited variable "${name}" fails to evaluate: ${outcome.error}`);
  };
  return all;
};

interface Given {
  readonly run: Run;
  readonly failed: (message: string) => Violation[];
}

const judgeOne = (one: CompiledValidation, { run, failed }: Given): readonly Violation[] => {
  const found = run.evaluate(one);
  if ('error' in found) return failed(found.error);
  if (found.value === true) return [];
  return [{ message: messageOf(one, run), reason: one.validation.reason ?? 'Invalid' }];
};

/** By its expression, else in the policy's words, else what was not met. */
const messageOf = ({ message, validation, text }: CompiledValidation, run: Run): string => {
  const found = message === undefined ? undefined : run.evaluate(message);
  const said =
    found !== undefined && 'value' in found && typeof found.value === 'string' ? found.value.trim() : '';
  const usable = said !== '' && said.length <= MESSAGE_BYTES && !said.includes('\n');
  return (usable ? said : validation.message?.trim()) || `failed expression: ${text}`;
};
