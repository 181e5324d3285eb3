import type { ErrorEntry } from '@fairlead/api';

const faults = { user: 'the person can mend it', system: 'the machine or the platform must' } as const;

/** docs/errors.md from the register. */
export const renderErrors = (register: Readonly<Record<string, ErrorEntry>>): string => {
  const entries = Object.entries(register).sort(([a], [b]) => (a < b ? -1 : 1));
  const sections = entries.map(([code, { fault, what, why, solve }]) =>
    [
      `## ${code}`,
      '',
      `${what} (${faults[fault]})`,
      '',
      `* **why** ${why.replaceAll('\n', ' ')}`,
      `* **solve** ${solve}`,
      '',
    ].join('\n'),
  );
  return [
    '# Errors',
    '',
    'Every error that a person may meet, from the register in `packages/api/src/errors/register.ts`.',
    'Words in braces are filled in when it happens.',
    '',
    ...sections,
  ].join('\n');
};
