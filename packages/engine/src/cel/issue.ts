/** Something wrong with an expression as it is written. */
export interface Issue {
  readonly message: string;
  /** The index of a code point in the source. */
  readonly at: number;
}

/** An expression that cannot be read. */
export class CelSyntaxError extends Error {
  override readonly name = 'CelSyntaxError';
  readonly issues: readonly Issue[];

  constructor(...issues: readonly Issue[]) {
    super(issues.map(({ message }) => message).join('\n'));
    this.issues = issues;
  }
}

/** All issues in the form of the Go implementation, with the line and a mark below it. */
export const renderIssues = (source: string, issues: readonly Issue[]): string => {
  const lines = source.split('\n');
  return [...issues]
    .sort((a, b) => a.at - b.at)
    .map((issue) => renderIssue(lines, issue))
    .join('\n');
};

const renderIssue = (lines: readonly string[], { at, message }: Issue): string => {
  let [line, column] = [0, at];
  while (line < lines.length - 1 && column > lengthOf(lines[line])) {
    column -= lengthOf(lines[line]) + 1;
    line++;
  }
  const text = (lines[line] ?? '').replaceAll('\t', ' ');
  const points = [...text];
  const marks = points.slice(0, column).map((point) => (isWide(point) ? '\uff0e' : '.'));
  const mark = isWide(points[column] ?? '') ? '\uff3e' : '^';
  return `ERROR: <input>:${line + 1}:${column + 1}: ${message}\n | ${text}\n | ${marks.join('')}${mark}`;
};

const lengthOf = (line = ''): number => [...line].length;
const isWide = (point: string): boolean => (point.codePointAt(0) ?? 0) > 0x7f;
