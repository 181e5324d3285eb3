import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseCommandLine } from './command-line.ts';
import { shellCommand } from './shell-command.ts';

const sh = (script: string): string[] => ['/bin/sh', '-c', script];

const table: readonly [line: string, command: string[]][] = [
  ['gunicorn app:app', ['gunicorn', 'app:app']],
  ['gunicorn --bind 0.0.0.0:$PORT app:app', ['gunicorn', '--bind', '0.0.0.0:$(PORT)', 'app:app']],
  ['serve -p ${PORT}', ['serve', '-p', '$(PORT)']],
  ['serve "--port=$PORT"', ['serve', '--port=$(PORT)']],
  ['say \'two words\' "and three"', ['say', 'two words', 'and three']],
  ["say 'costs $5' a'b'\"c\"", ['say', 'costs $$5', 'abc']],
  ["say '$(PORT)'", ['say', '$$(PORT)']],
  ['say \'\' ""', ['say', '', '']],
  ['  spaced\t out  ', ['spaced', 'out']],
  ['./bin/run --level=info,debug @x 50%', ['./bin/run', '--level=info,debug', '@x', '50%']],
  // A shell must expand these; `exec` keeps it from standing between.
  ['run $OPTIONS', sh('exec run $$OPTIONS')],
  ['run "$NAME"', sh('exec run "$$NAME"')],
  ['$PROGRAM arg', sh('exec $$PROGRAM arg')],
  // Only a shell understands these.
  ['a && b', sh('a && b')],
  ['a | b', sh('a | b')],
  ['a; b', sh('a; b')],
  ['a > file', sh('a > file')],
  ['run *.py', sh('run *.py')],
  ['run ~/x', sh('run ~/x')],
  ['run ${PORT:-80}', sh('run $${PORT:-80}')],
  ['run $(hostname)', sh('run $$(hostname)')],
  ['run `hostname`', sh('run `hostname`')],
  ['run a\\ b', sh('run a\\ b')],
  ['run "a\\"b"', sh('run "a\\"b"')],
  ['run # comment', sh('run # comment')],
  ["run 'open", sh("run 'open")],
  ['run "open', sh('run "open')],
  ['run $', sh('run $$')],
  ['run $1', sh('run $$1')],
  ['LEVEL=1 run', sh('LEVEL=1 run')],
  ['cd sub && run', sh('cd sub && run')],
  ['cd sub', sh('cd sub')],
  ['exec run', sh('exec run')],
  ['', sh('')],
];

describe('a line of a Procfile', () => {
  for (const [line, command] of table) {
    it(`${JSON.stringify(line)} becomes ${JSON.stringify(command)}`, () => {
      assert.deepEqual(parseCommandLine(line), command);
    });
  }

  it('means the same to Kubernetes as to a shell, whatever it holds', () => {
    const pieces =
      `a|b=c| |  |'|"|$PORT|\${PORT}|$(PORT)|$$|$|$OTHER|"$OTHER"|'x y'|"x y"|'$PORT'|\\|\\$|*|~|#|;|1|%|''|{a,b}|!|$EMPTY`.split(
        '|',
      );
    const piece = fc.constantFrom('\t', ...pieces);
    const lines = fc.array(piece, { minLength: 1, maxLength: 8 }).map((parts) => `args ${parts.join('')}`);
    fc.assert(
      fc.property(lines, (line) => {
        const expected = argumentsOf(sh(line));
        assert.deepEqual(argumentsOf(parseCommandLine(line).map(expand)), expected);
        assert.deepEqual(argumentsOf(shellCommand(parseCommandLine(line))), expected);
      }),
      { numRuns: 250 },
    );
  });
});

const variables: Readonly<Record<string, string>> = { PORT: 'number', OTHER: 'two words', EMPTY: '' };

/** As Kubernetes does it: third_party/forked/golang/expansion, "Expand". */
const expand = (word: string): string =>
  word.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (variables[name] ?? whole),
  );

/** What `args` was called with. A script of its own in PATH, so that `exec` finds it too. */
const argumentsOf = (command: readonly string[]): string => {
  const [program = '', ...args] = command;
  const script = 'for a in "$@"; do printf "<%s>" "$a"; done';
  const [file, argv] =
    program === 'args' ? ['/bin/sh', ['-c', script, 'args', ...args]] : [program, withFunction(args, script)];
  try {
    const env = { ...variables, PATH: '' };
    // `$$` is the shell's own number: another one each time.
    return execFileSync(file, argv, { env, encoding: 'utf8', stdio: 'pipe' }).replace(/\d+/g, 'N');
  } catch {
    return 'refused';
  }
};

/** The shell's `exec` takes no function, so `exec args` is read as `args`. */
const withFunction = ([flag = '', script = '']: readonly string[], body: string): string[] => [
  flag,
  `args() { ${body}; }\n${script.replace(/^exec /, '')}`,
];
