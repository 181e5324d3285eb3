import type { KubeRequest, KubeResponse } from '@fairlead/kube';

/** Whether the one who asks is a person: says so, or uses what people use by hand. */
export const wantsPretty = ({ query, headers }: KubeRequest): boolean => {
  if (query.includes('pretty')) {
    const asked = new URLSearchParams(query).get('pretty') ?? '';
    // What Go takes for true.
    if (asked !== '') return /^(1|t|T|true|TRUE|True)$/.test(asked);
  }
  if (headers.accept?.includes('pretty=1')) return true;
  const agent = headers['user-agent'] ?? '';
  return agent.startsWith('curl') || agent.startsWith('Wget') || agent.startsWith('Mozilla/5.0');
};

/** The same answer with its JSON laid out in lines. Watches and what is no JSON stay as they are. */
export const prettyResponse = (response: KubeResponse): KubeResponse => {
  const { body, headers } = response;
  if (body.kind !== 'object' || !(headers['content-type'] ?? '').startsWith('application/json'))
    return response;
  const chunks = () => [Buffer.from(`${indentJson(Buffer.concat([...body.chunks()]).toString())}\n`)];
  return { ...response, body: { ...body, chunks } };
};

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Two spaces a level, as Go indents. Works on the text, so that every number stays as it was written. */
export const indentJson = (text: string): string => {
  let depth = 0;
  let out = '';
  let last = '';
  const line = (): string => `\n${'  '.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '}' || token === ']') depth--;
    const opens = last === '{' || last === '[';
    const closes = token === '}' || token === ']';
    if (opens !== closes && (opens || closes)) out += line();
    else if (last === ',') out += line();
    out += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth++;
    last = token;
  }
  return out;
};
