import { type FieldError, invalid } from '../../schema/field-error.ts';

/** Kubernetes' three Pod Security Standards, from loose to strict. */
export const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof LEVELS)[number];

/** The minor of `v1.x`, or the newest there is. */
export type Version = number | 'latest';

export interface Standard {
  readonly level: Level;
  readonly version: Version;
}

export interface Policy {
  readonly enforce: Standard;
  readonly audit: Standard;
  readonly warn: Standard;
}

type Labels = Readonly<Record<string, string>>;

/** What a namespace's labels ask for. What cannot be read counts as the strictest where it is enforced. */
export const parsePolicy = (
  labels: Labels = {},
): { readonly policy: Policy; readonly errors: readonly FieldError[] } => {
  const errors: FieldError[] = [];
  const enforce = parseStandard(labels, 'enforce', errors);
  const audit = parseStandard(labels, 'audit', errors);
  const warn = parseStandard(labels, 'warn', errors);
  const badLevel = errors.some(({ field }) => field === fieldOf(labelOf('enforce')));
  // Who enforces a level and says nothing of warnings is warned by it, too: of templates, which are not held to it.
  const warned =
    labels[labelOf('warn')] === undefined && labels[labelOf('enforce')] !== undefined && !badLevel
      ? { level: enforce.level, version: versionForWarnings(labels, { enforce, warn }) }
      : warn;
  return { policy: { enforce, audit, warn: warned }, errors };
};

export const renderStandard = ({ level, version }: Standard): string =>
  `${level}:${version === 'latest' ? version : `v1.${version}`}`;

export const isStricter = (one: Level, other: Level): boolean => LEVELS.indexOf(one) > LEVELS.indexOf(other);

type Mode = keyof Policy;

const labelOf = (mode: Mode): string => `pod-security.kubernetes.io/${mode}`;
const fieldOf = (label: string): string => `metadata.labels[${label}]`;

const versionForWarnings = (
  labels: Labels,
  { enforce, warn }: { readonly enforce: Standard; readonly warn: Standard },
): Version => {
  const isSaid = labels[`${labelOf('warn')}-version`] !== undefined;
  return isSaid || enforce.level === 'privileged' ? warn.version : enforce.version;
};

const parseStandard = (labels: Labels, mode: Mode, errors: FieldError[]): Standard => {
  const label = labelOf(mode);
  const refuse = (key: string, value: string, why: string): void => {
    errors.push(invalid(fieldOf(key), value, why));
  };
  const level = labels[label] ?? 'privileged';
  if (!isLevel(level)) refuse(label, level, `must be one of ${LEVELS.join(', ')}`);
  const text = labels[`${label}-version`] ?? 'latest';
  const version = parseVersion(text);
  if (version === undefined) refuse(`${label}-version`, text, 'must be "latest" or "v1.x"');
  const strictest = mode === 'enforce' ? 'restricted' : 'privileged';
  return { level: isLevel(level) ? level : strictest, version: version ?? 'latest' };
};

const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text);

const parseVersion = (text: string): Version | undefined => {
  if (text === 'latest') return text;
  const minor = /^v1\.(0|[1-9]\d*)$/.exec(text)?.[1];
  return minor === undefined ? undefined : Number(minor);
};
