import { type Bullet, bullets } from './bullets.ts';
import type { Outcome } from './replay.ts';

/** How many cases of a line went the same way. */
export interface Score {
  readonly identical: number;
  readonly total: number;
}

export const scoreOf = (outcomes: readonly Outcome[]): Score => ({
  identical: outcomes.filter(isIdentical).length,
  total: outcomes.length,
});

export const isIdentical = ({ differences }: Outcome): boolean => differences.length === 0;

export const bulletNames = Object.keys(bullets) as Bullet[];

/** Of each line how many are identical, then every case that is not, with its reason. */
export const renderReport = (outcomes: readonly Outcome[]): string => {
  const lines = bulletNames.map((bullet) => {
    const score = scoreOf(outcomes.filter((outcome) => outcome.bullet === bullet));
    return `${renderScore(score)}  ${bullets[bullet]}`;
  });
  const different = outcomes.filter((outcome) => !isIdentical(outcome));
  const cases = different.map((outcome) => `  ${nameOf(outcome)}\n    ${excuseOf(outcome)}`);
  return [
    'identical to a real kube-apiserver:',
    ...lines,
    `${renderScore(scoreOf(outcomes))}  in all; the others:`,
    ...cases,
  ].join('\n');
};

const nameOf = ({ file, title }: Outcome): string => `${file}: ${title}`;

const excuseOf = ({ differs, bug }: Outcome): string => {
  if (differs !== undefined) return differs.reason;
  return bug === undefined ? 'NOT EXPLAINED' : `a bug: ${bug}`;
};

const renderScore = ({ identical, total }: Score): string => {
  const percent = total === 0 ? '–' : `${((100 * identical) / total).toFixed(1)} %`;
  return `${`${identical}/${total}`.padStart(9)} ${percent.padStart(8)}`;
};
