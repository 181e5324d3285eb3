import type { Family, Sample } from './metrics.ts';

/** One family in the text format of Prometheus (exposition format 0.0.4). */
export const renderFamily = ({ name, help, type, samples }: Family): string => {
  const lines = Array.from(samples(), (sample) => `${renderSample(name, sample)}\n`);
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
};

const renderSample = (name: string, { suffix, labels, value }: Sample): string => {
  const given = labels.map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${suffix}${given.length === 0 ? '' : `{${given.join(',')}}`} ${renderNumber(value)}`;
};

const renderNumber = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');
