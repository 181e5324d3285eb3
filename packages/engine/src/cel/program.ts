import { type Checked, check } from './check.ts';
import { CostExceeded, Meter } from './cost.ts';
import { estimateCost } from './estimate.ts';
import { type Frame, plan } from './evaluate.ts';
import { CelSyntaxError, renderIssues } from './issue.ts';
import { literalIssues } from './literal-arguments.ts';
import { parse } from './parse.ts';
import type { Type } from './type.ts';
import { CelError, type Value } from './value.ts';

/** An expression that fits its variables, ready to run. */
export interface Program {
  readonly type: Type;
  /** Which of the variables it speaks of. */
  readonly uses: ReadonlySet<string>;
  /** The most that it can cost, by what the schema behind its variables says of sizes. */
  estimate(root: Type): number;
  /** `limit`: the most that it may cost. */
  run(variables: ReadonlyMap<string, Value>, limit: number): Outcome;
}

export type Compiled = { readonly program: Program } | { readonly issues: string };

/** What came of an evaluation, and what it has cost. */
export interface Outcome {
  readonly cost: number;
  readonly value?: Value;
  readonly error?: string;
  /** It was given up at its limit. */
  readonly exceeded?: boolean;
}

/** Reads and checks an expression; what is wrong with it is told as the Go implementation tells it. */
export const compile = (source: string, variables: ReadonlyMap<string, Type>): Compiled => {
  try {
    const checked = check(parse(source), variables);
    const issues = checked.issues.length > 0 ? checked.issues : literalIssues(checked.expr);
    if (issues.length > 0) return { issues: renderIssues(source, issues) };
    return { program: programOf(checked) };
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    return { issues: renderIssues(source, error.issues) };
  }
};

const programOf = (checked: Checked): Program => {
  const step = plan(checked);
  return {
    type: checked.type,
    uses: checked.uses,
    estimate: (root) => estimateCost(checked, root),
    run(values, limit) {
      const frame: Frame = { variables: values, locals: [], meter: new Meter(limit) };
      try {
        const value = step(frame);
        return { cost: frame.meter.spent, value };
      } catch (error) {
        const known = error instanceof CelError || error instanceof CostExceeded;
        if (!known) throw error;
        return { cost: frame.meter.spent, error: error.message, exceeded: error instanceof CostExceeded };
      }
    },
  };
};
