/** A pattern that our engine cannot read. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

const compiled = new Map<string, RegExp>();
const MOST_KEPT = 5000;

/**
 * A pattern of a CustomResourceDefinition, written for Go's RE2, as a regular expression of this
 * runtime: flags at the start, POSIX classes, `\A` and `\z`, and named groups are translated. Throws
 * `PatternError`. Unlike RE2 matching is not linear: definitions are written by administrators.
 */
export function compilePattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  if (compiled.size < MOST_KEPT) compiled.set(pattern, made);
  return made;
}

function compile(pattern: string): RegExp {
  const [, flags = '', rest = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  const source = rest
    .replace(/\[:(\^?)(\w+):\]/g, (all, not: string, name: string) => (not ? all : (POSIX[name] ?? all)))
    .replace(/\(\?P</g, '(?<')
    .replace(/(?<!\\)((?:\\\\)*)\\A/g, '$1^')
    .replace(/(?<!\\)((?:\\\\)*)\\z/g, '$1$$');
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    // Escapes such as `\-` are allowed by RE2, but not in Unicode mode.
    return withoutUnicode(pattern, source, flags);
  }
}

function withoutUnicode(pattern: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    const words = error instanceof Error ? error.message : '';
    const [, why] = REASONS.find(([mark]) => words.includes(mark)) ?? [];
    throw new PatternError(`error parsing regexp: ${why === undefined ? '' : `${why}: `}\`${pattern}\``);
  }
}

/** What this runtime says, and what Go says instead. */
const REASONS: readonly (readonly [mark: string, words: string])[] = [
  ['Unterminated group', 'missing closing )'],
  ['Unmatched', 'unexpected )'],
  ['Nothing to repeat', 'missing argument to repetition operator'],
  ['Unterminated character class', 'missing closing ]'],
  ['Range out of order', 'invalid character class range'],
  ['at end of pattern', 'trailing backslash at end of expression'],
];
