/** What a server makes up, by what it stands for; and the columns of tables, whose width follows from that. */
const made: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
  // Also within a string in a string.
  [/(resourceVersion[\\"]*: ?[\\"]*)\d+/g, '$1<version>'],
  [/(Resource Version: +)\d+/g, '$1<version>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
  [/(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/\b10\.\d+\.\d+\.\d+\b/g, '<ip>'],
  [/https:\/\/127\.0\.0\.1:\d+/g, '<server>'],
  // Names of replica sets and pods: what follows from a hash or from chance.
  [/-[bcdfghjklmnpqrstvwxz2456789]{8,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b/g, '-<hash>'],
  [/(?<=once)-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-<name>'],
  [/\bkube-api-access-\w{5}\b/g, 'kube-api-access-<name>'],
  [/(?<=[ \t])(?:\d+[smh])+(?=\s|$)/gm, '<age>'],
  [/(?<=[ \t])<invalid>(?=\s|$)/gm, '<age>'],
  [/\/tmp\/(?:LIVE|MERGED)-\d+/g, '<file>'],
  [/ {2,}/g, '  '],
  [/ +$/gm, ''],
];

/** What kubectl printed, without what differs from one server and one time to the next. */
export const normalise = (text: string): string =>
  made.reduce((said, [pattern, name]) => said.replace(pattern, name), text);
