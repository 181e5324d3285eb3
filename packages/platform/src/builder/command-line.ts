// A line of a Procfile is written for a shell. Most need none: a process without one gets signals itself and starts
// without a second program. Words, quotes and the one variable that is always set, PORT, are understood here; the rest
// is left to /bin/sh. Shell grammar: POSIX.1-2017, XCU 2.2 "Quoting", 2.6.2 "Parameter Expansion".

/**
 * Variables that are one word without blanks whenever a process starts. Others may be unset, empty or several words, and
 * only a shell treats them as their author expects.
 */
const simpleVariables: ReadonlySet<string> = new Set(['PORT']);

/** The command that does what the line says. Variables are in the form that Kubernetes expands, `$(NAME)`. */
export const parseCommandLine = (line: string): string[] => {
  const text = line.trimStart();
  const parsed = parseWords(text);
  if (parsed.kind === 'words') return parsed.words;
  // `exec`: the shell would otherwise stay between the process and its signals.
  const script = parsed.kind === 'simple' ? `exec ${text}` : text;
  return ['/bin/sh', '-c', escapeDollars(script)];
};

/** Kubernetes reads `$(NAME)` also where a shell is meant to; `$$` is its `$`. */
const escapeDollars = (text: string): string => text.replaceAll('$', '$$$$');

type Parsed =
  | { readonly kind: 'words'; readonly words: string[] }
  /** One program with arguments, but a shell must expand them. */
  | { readonly kind: 'simple' }
  | { readonly kind: 'script' };

const script: Parsed = { kind: 'script' };

/** Characters that mean nothing to a shell, within a word and outside of quotes. `=` is one, except in the first word. */
const plain = /[A-Za-z0-9_@%+=:,./-]+/y;
const blanks = /[ \t]+/y;
const singleQuoted = /'([^']*)'/y;
/** No backslash, no backquote: what they mean in double quotes is left to the shell. */
const doubleQuotedText = /[^"$\\`]+/y;
const variable = /\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/y;

const parseWords = (text: string): Parsed => {
  const reader = createReader(text);
  const words: string[] = [];
  let needsShell = false;
  while (!reader.atEnd()) {
    if (reader.take(blanks)) continue;
    const word = parseWord(reader);
    if (word === undefined) return script;
    // An assignment before the command is the shell's, and `exec` would take it for a program.
    if (words.length === 0 && /^[A-Za-z_][A-Za-z0-9_]*=/.test(word.text)) return script;
    if (words.length === 0 && word.bare && shellWords.has(word.text)) return script;
    words.push(word.text);
    needsShell ||= word.needsShell;
  }
  if (words.length === 0) return script;
  return needsShell ? { kind: 'simple' } : { kind: 'words', words };
};

/** Not programs, or programs that would not do the same: only the shell knows them. */
const shellWords: ReadonlySet<string> = new Set(
  '. : alias bg break case cd command continue do done elif else esac eval exec exit export fg fi for getopts if hash jobs local read readonly return set shift source then times trap type ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
);

interface Word {
  readonly text: string;
  readonly needsShell: boolean;
  /** Without quotes. */
  readonly bare: boolean;
}

interface Reader {
  atEnd(): boolean;
  take(pattern: RegExp): RegExpExecArray | undefined;
  peek(): string;
}

const createReader = (text: string): Reader => {
  let position = 0;
  return {
    atEnd: () => position >= text.length,
    peek: () => text[position] ?? '',
    take(pattern) {
      pattern.lastIndex = position;
      const match = pattern.exec(text) ?? undefined;
      position += match?.[0].length ?? 0;
      return match;
    },
  };
};

/** `undefined`: only a shell can say. */
const parseWord = (reader: Reader): Word | undefined => {
  let text = '';
  let needsShell = false;
  let bare = true;
  while (!reader.atEnd() && !/[ \t]/.test(reader.peek())) {
    const part = parsePart(reader);
    if (part === undefined) return undefined;
    text += part.text;
    needsShell ||= part.needsShell;
    bare &&= part.bare;
  }
  return { text, needsShell, bare };
};

const parsePart = (reader: Reader): Word | undefined => {
  const literal = reader.take(plain)?.[0];
  if (literal !== undefined) return { text: literal, needsShell: false, bare: true };
  const single = reader.take(singleQuoted)?.[1];
  if (single !== undefined) return { text: escapeDollars(single), needsShell: false, bare: false };
  if (reader.take(/"/y)) return parseDoubleQuoted(reader);
  return parseVariable(reader);
};

const parseVariable = (reader: Reader): Word | undefined => {
  const match = reader.take(variable);
  const name = match?.[1] ?? match?.[2];
  if (name === undefined) return undefined;
  return { text: `$(${name})`, needsShell: !simpleVariables.has(name), bare: false };
};

const parseDoubleQuoted = (reader: Reader): Word | undefined => {
  let text = '';
  let needsShell = false;
  while (!reader.take(/"/y)) {
    const literal = reader.take(doubleQuotedText)?.[0];
    const part = literal === undefined ? parseVariable(reader) : { text: literal, needsShell: false };
    if (part === undefined) return undefined;
    text += part.text;
    needsShell ||= part.needsShell;
  }
  return { text, needsShell, bare: false };
};
