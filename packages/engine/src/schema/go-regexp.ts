import { RE2JS } from 're2js';

/** A pattern that is no regular expression; the message is that of Go's `regexp`. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** A pattern as Go has it (RE2): no look-around, no references, and time that grows with the text alone. */
export interface Pattern {
  /** Whether it is anywhere in the text. */
  test(text: string): boolean;
  /** What it matches, from left to right, at most so many. */
  findAll(text: string, most: number): string[];
}

const compiled = new Map<string, Pattern>();
const MOST_KEPT = 5000;

/** Reads a pattern of a CustomResourceDefinition or of a rule. Throws `PatternError`. */
export function compilePattern(pattern: string): Pattern {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  if (compiled.size < MOST_KEPT) compiled.set(pattern, made);
  return made;
}

function compile(pattern: string): Pattern {
  const re2 = parse(pattern);
  const native = nativeOf(pattern);
  return {
    test: native === undefined ? (text) => re2.test(text) : (text) => native.test(text),
    findAll(text, most) {
      const found: string[] = [];
      const matcher = re2.matcher(text);
      while (found.length < most && matcher.find()) found.push(matcher.group() ?? '');
      return found;
    },
  };
}

function parse(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new PatternError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The runtime's own expressions are many times faster, and may take exponential time. So they are used only for
 * the commonest shape, in which both mean the same and nothing can be matched in two ways: from start to end
 * plain characters and ASCII classes, of which the last alone is repeated.
 */
const PLAIN =
  /^\^(?:[A-Za-z0-9_ :@,=/-]|\[[A-Za-z0-9_.:/@]+-?\])*(?:\[[A-Za-z0-9_.:/@-]+\][*+]|\{\d{1,3}(?:,\d{0,3})?\})?\$$/;

const nativeOf = (pattern: string): RegExp | undefined =>
  PLAIN.test(pattern) ? new RegExp(pattern) : undefined;
