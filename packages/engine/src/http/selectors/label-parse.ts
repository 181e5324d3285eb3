import { labelValue, qualifiedName } from '../../resources/formats.ts';
import { type FieldError, invalid, renderFieldError, renderFieldErrors } from '../../schema/field-error.ts';
import { badRequest } from '../errors.ts';
import { lexLabelSelector, type Token } from './label-lexer.ts';

/** One requirement of a label selector. `in` with one value is `=`. */
export interface LabelTerm {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'absent' | 'gt' | 'lt';
  readonly values: readonly string[];
}

/**
 * Kubernetes' label selector language: `app=web,tier in (a, b),!old,x!=1`. Throws 400 in the words of Kubernetes'
 * own parser, which clients show as they are.
 */
export const parseLabelSelector = (text: string): readonly LabelTerm[] => {
  if (text === '') return [];
  try {
    return new Parser(lexLabelSelector(text)).selector();
  } catch (error) {
    throw error instanceof SelectorError ? badRequest(error.message) : error;
  }
};

class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

const OPERATORS: ReadonlyMap<string, LabelTerm['operator']> = new Map([
  ['in', 'in'],
  ['notin', 'notin'],
  ['=', 'in'],
  ['==', 'in'],
  ['!=', 'notin'],
  ['>', 'gt'],
  ['<', 'lt'],
]);

const END: Token = { kind: 'end', text: '' };

/** By recursive descent, a method for each rule of the grammar. */
class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  selector(): LabelTerm[] {
    const terms: LabelTerm[] = [];
    for (;;) {
      const { kind, text } = this.peek();
      if (kind === 'end') return terms;
      if (kind !== 'word' && text !== '!') this.fail("!, identifier, or 'end of string'");
      terms.push(this.requirement());
      if (this.peek().kind === 'end') return terms;
      if (this.peek().text !== ',') this.fail("',' or 'end of string'");
      this.take();
      if (this.peek().kind !== 'word' && this.peek().text !== '!') this.fail("identifier after ','");
    }
  }

  private requirement(): LabelTerm {
    try {
      return checkedTerm(this.term());
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      throw new SelectorError(`unable to parse requirement: ${error.message}`);
    }
  }

  private term(): LabelTerm {
    const negated = this.peek().text === '!';
    if (negated) this.take();
    if (this.peek().kind !== 'word') this.fail('identifier');
    const key = this.take().text;
    const [fault] = keyErrors('', key);
    if (fault !== undefined) throw new SelectorError(renderFieldError(fault));
    if (negated) return { key, operator: 'absent', values: [] };
    if (this.peek().kind === 'end' || this.peek().text === ',')
      return { key, operator: 'exists', values: [] };
    const operator = OPERATORS.get(this.peek().text) ?? this.fail('in, notin, =, ==, !=, gt, lt');
    const values = this.take().kind === 'word' ? this.values() : [this.value()];
    return { key, operator, values: [...new Set(values)].sort() };
  }

  private value(): string {
    if (this.peek().kind === 'end' || this.peek().text === ',') return '';
    return this.peek().kind === 'word' ? this.take().text : this.fail('identifier');
  }

  private values(): string[] {
    if (this.peek().text !== '(') this.fail("'('", '');
    this.take();
    const first = this.peek();
    if (first.kind !== 'word' && first.text !== ',' && first.text !== ')')
      this.fail("',', ')' or identifier");
    const values = first.text === ')' ? [''] : this.list();
    this.take();
    return values;
  }

  /** Up to the closing parenthesis. Between two commas, before the first and after the last one is an empty value. */
  private list(): string[] {
    const values: string[] = [];
    for (;;) {
      const { kind, text } = this.peek();
      if (kind === 'word') values.push(this.take().text);
      else if (text === ',') values.push('');
      else this.fail("',', or identifier");
      if (this.peek().text === ')') return values;
      if (this.peek().text !== ',') this.fail("',' or ')'");
      this.take();
      if (this.peek().text === ')') return [...values, ''];
    }
  }

  private peek(): Token {
    return this.tokens[this.at] ?? END;
  }

  private take(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  private fail(expected: string, comma = ','): never {
    throw new SelectorError(`found '${this.peek().text}'${comma} expected: ${expected}`);
  }
}

const checkedTerm = (term: LabelTerm): LabelTerm => {
  const { key, operator, values } = term;
  const integers = operator === 'gt' || operator === 'lt';
  const errors = [
    ...(integers ? values.flatMap(integerErrors) : []),
    ...values.flatMap((value, index) => valueErrors(`values[${index}][${key}]`, value)),
  ];
  if (errors.length > 0) throw new SelectorError(renderFieldErrors(errors));
  return term;
};

const keyErrors = (path: string, key: string): FieldError[] => joined(path, key, qualifiedName(key));

const valueErrors = (path: string, value: string): FieldError[] => joined(path, value, labelValue(value));

const integerErrors = (value: string, index: number): FieldError[] =>
  parseInteger(value) === undefined
    ? [invalid(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")]
    : [];

const joined = (path: string, value: string, faults: readonly string[]): FieldError[] =>
  faults.length === 0 ? [] : [invalid(path, value, faults.join('; '))];

const INT64 = 2n ** 63n;

/** Undefined for what is no integer of 64 bits: labels are text, and may hold anything. */
export const parseInteger = (text: string): bigint | undefined => {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value >= -INT64 && value < INT64 ? value : undefined;
};
