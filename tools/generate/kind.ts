import { crdOf, type kinds } from '@fairlead/api/schema';

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node;
  readonly items?: Node;
  readonly required?: readonly string[];
}

const typeOf = (node: Node): string => {
  if (node.enum !== undefined) return node.enum.map((word) => `\`${word}\``).join(' \\| ');
  if (node.items !== undefined) return `list of ${typeOf(node.items)}`;
  if (node.additionalProperties !== undefined) return `map of ${typeOf(node.additionalProperties)}`;
  return node.type ?? 'any';
};

const row = (path: string, node: Node, required: boolean): string => {
  const notes = [
    node.description ?? '',
    required ? 'Required.' : '',
    node.default === undefined ? '' : `Default \`${JSON.stringify(node.default)}\`.`,
  ];
  return `| \`${path}\` | ${typeOf(node)} | ${notes.filter((note) => note !== '').join(' ')} |`;
};

const rows = (path: string, node: Node): string[] => {
  if (node.items !== undefined) return rows(`${path}[]`, node.items);
  if (node.additionalProperties !== undefined) return rows(`${path}.<name>`, node.additionalProperties);
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => [
    row(`${path}.${name}`, child, node.required?.includes(name) ?? false),
    ...rows(`${path}.${name}`, child),
  ]);
};

/** docs/kinds/<kind>.md from the schema of a kind. */
export const renderKind = (kind: (typeof kinds)[number]): string => {
  const versions = crdOf(kind).spec['versions'] as { schema: { openAPIV3Schema: Node } }[];
  const root = versions[0]?.schema.openAPIV3Schema ?? {};
  const table = (part: string): string[] => {
    const node = root.properties?.[part] ?? {};
    return [
      `## ${part}`,
      '',
      '| field | type | what it is |',
      '| --- | --- | --- |',
      ...rows(part, node),
      '',
    ];
  };
  return [
    `# ${kind.kind}`,
    '',
    kind.description,
    '',
    `\`${kind.group}/${kind.version}\`, ${kind.namespaced ? 'in a namespace' : 'for the whole cluster'}: \`kubectl get ${kind.resource}\``,
    '',
    ...table('spec'),
    ...table('status'),
  ].join('\n');
};
