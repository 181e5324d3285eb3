// What strangers call says what it takes and gives: the public functions and classes of the packages that are used alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { readManifest } from './files.ts';

interface Wanted {
  readonly file: string;
  /** `undefined`: everything that the file exports. */
  readonly names: ReadonlySet<string> | undefined;
}

const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** What an `export … from` leads to. */
const reexported = (file: string, node: ts.ExportDeclaration): Wanted | undefined => {
  const from = node.moduleSpecifier;
  if (from === undefined || !ts.isStringLiteral(from) || !from.text.startsWith('.')) return undefined;
  const clause = node.exportClause;
  const names =
    clause !== undefined && ts.isNamedExports(clause)
      ? new Set(clause.elements.map(({ name, propertyName }) => (propertyName ?? name).text))
      : undefined;
  return { file: normalize(join(dirname(file), from.text)), names };
};

/** The names by which a statement declares functions or classes. */
const callables = (node: ts.Statement): string[] => {
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return [node.name?.text ?? 'default'];
  if (!ts.isVariableStatement(node)) return [];
  return node.declarationList.declarations.flatMap(({ name, initializer }) =>
    initializer !== undefined && ts.isArrowFunction(initializer) ? [name.getText()] : [],
  );
};

const isDocumented = (node: ts.Statement): boolean => ts.getJSDocCommentsAndTags(node).length > 0;

/** `file: name` of every public function or class without a doc comment. */
const bare = ({ file, names }: Wanted): string[] =>
  parse(file).statements.flatMap((node) => {
    if (ts.isExportDeclaration(node)) {
      const next = reexported(file, node);
      return next === undefined ? [] : bare(next);
    }
    if (!isExported(node) || isDocumented(node)) return [];
    return callables(node)
      .filter((name) => names === undefined || names.has(name))
      .map((name) => `${file}: ${name}`);
  });

for (const name of ['api', 'kube', 'engine']) {
  test(`every public function of ${name} has its doc comment`, () => {
    const folder = `packages/${name}`;
    const entries = Object.values(readManifest(`${folder}/package.json`).exports ?? {});
    const found = entries.flatMap((entry) => bare({ file: join(folder, entry), names: undefined }));
    assert.deepEqual([...new Set(found)], []);
  });
}
