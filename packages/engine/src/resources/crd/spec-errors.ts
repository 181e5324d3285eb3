import { type FieldError, invalid, OMITTED } from '../../schema/field-error.ts';
import { Place } from '../../schema/place.ts';
import { dnsLabel1035, dnsSubdomain } from '../formats.ts';
import { approvalFault } from './approval.ts';
import type { Crd, CrdSpec, CrdVersion } from './definition.ts';
import { joinFaults, judgeNames } from './name-errors.ts';
import { judgeParts } from './part-errors.ts';

/** What is wrong with a definition, in the words and the order of the API server (apiextensions, validation.go). */
export const definitionErrors = (crd: Crd, old: Crd | undefined): FieldError[] => {
  const root = new Place();
  if (old === undefined) judgeOwnName(crd, root);
  const place = root.field('spec');
  judgeGroup(crd.spec, place);
  if (!crd.spec.scope) place.field('scope').required();
  else if (!SCOPES.includes(crd.spec.scope)) place.field('scope').unsupported(crd.spec.scope, SCOPES);
  judgeVersions(crd.spec.versions, place.field('versions'));
  judgeFirstVersion(crd.spec.versions, place.field('version'));
  judgeNames(crd.spec.names, place.field('names'));
  judgeParts(crd.spec, place);
  judgeConversion(crd.spec, place.field('conversion'));
  if (old !== undefined) judgeChange(crd, old, place);
  judgeStored(crd, root.field('status').field('storedVersions'));
  approvalFault(crd, old, root);
  if (crd.spec.preserveUnknownFields === true)
    place.field('preserveUnknownFields').invalid(true, NO_OPEN_SCHEMA);
  return root.found;
};

const SCOPES = ['Cluster', 'Namespaced'];
const NO_OPEN_SCHEMA =
  'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';

const judgeOwnName = ({ metadata, spec }: Crd, root: Place): void => {
  // That there has to be a name is said with the metadata.
  if (metadata.name === '' || metadata.name === `${spec.names.plural}.${spec.group}`) return;
  root.field('metadata').field('name').invalid(metadata.name, 'must be spec.names.plural+"."+spec.group');
};

const judgeGroup = ({ group }: CrdSpec, place: Place): void => {
  const at = place.field('group');
  if (!group) at.required();
  else if (dnsSubdomain(group).length > 0) joinFaults(at, group, dnsSubdomain);
  else if (!group.includes('.')) at.invalid(group, 'should be a domain with at least one dot');
};

const judgeVersions = (versions: CrdSpec['versions'], place: Place): void => {
  for (const [index, version] of versions.entries()) {
    if (version.schema?.openAPIV3Schema === undefined) {
      place.index(index).field('schema').field('openAPIV3Schema').required('');
    }
  }
  for (const [index, version] of versions.entries()) {
    const faults = dnsLabel1035(version.name ?? '');
    if (faults.length > 0)
      place
        .index(index)
        .field('name')
        .invalid(version.name ?? '', faults.join(','));
    judgeDeprecation(version, place.index(index).field('deprecationWarning'));
  }
  const names = versions.map(({ name }) => name);
  const whole = (words: string) =>
    place.found.push(invalid(place.path, OMITTED, `${shown(versions)}: ${words}`));
  if (new Set(names).size < names.length) whole('must contain unique version names');
  if (versions.filter(({ storage }) => storage).length !== 1) {
    whole('must have exactly one version marked as storage version');
  }
};

/** The server still knows the name of the first one twice. */
const judgeFirstVersion = ([first]: CrdSpec['versions'], place: Place): void =>
  joinFaults(place, first?.name ?? '', dnsLabel1035);

/** As Go marshals the struct of the server: what versions share has been taken out of them. */
const shown = (versions: readonly CrdVersion[]): string =>
  JSON.stringify(
    versions.map(({ name, served, storage, deprecated, deprecationWarning }) => ({
      Name: name,
      Served: served,
      Storage: storage,
      Deprecated: deprecated ?? false,
      DeprecationWarning: deprecationWarning ?? null,
      Schema: null,
      Subresources: null,
      AdditionalPrinterColumns: null,
      SelectableFields: null,
    })),
  );

const judgeDeprecation = ({ deprecated, deprecationWarning: warning }: CrdVersion, place: Place): void => {
  if (warning === undefined) return;
  if (deprecated !== true) place.invalid(warning, 'can only be set for deprecated versions');
  else if (Buffer.byteLength(warning) > 256) place.invalid(warning, 'must be <= 256 characters long');
  else if (warning === '') place.invalid(warning, 'must not be an empty string');
  const stray = warning.search(/[^\P{C}]|[\u0085\u2028\u2029]/u);
  if (deprecated === true && stray >= 0) {
    const index = Buffer.byteLength(warning.slice(0, stray));
    place.invalid(
      warning,
      `must only contain printable UTF-8 characters; non-printable character found at index ${index}`,
    );
  }
};

const ONLY_WEBHOOK = 'should not be set when strategy is not set to Webhook';
const STRATEGIES = ['None', 'Webhook'];

const judgeConversion = ({ conversion }: CrdSpec, place: Place): void => {
  const strategy = conversion?.strategy ?? 'None';
  // Webhooks are not served.
  if (strategy === 'Webhook') place.field('strategy').unsupported(strategy, ['None']);
  else if (!STRATEGIES.includes(strategy)) place.field('strategy').unsupported(strategy, STRATEGIES);
  else if (conversion?.webhook !== undefined) {
    const { clientConfig, conversionReviewVersions: reviews } = conversion.webhook;
    if (clientConfig) place.field('webhookClientConfig').forbidden(ONLY_WEBHOOK);
    if (reviews?.length) place.field('conversionReviewVersions').forbidden(ONLY_WEBHOOK);
  }
};

/** A kind that is served keeps its kind and its scope; none ever changes its address. */
const judgeChange = ({ spec }: Crd, { spec: old, status }: Crd, place: Place): void => {
  const keep = (at: Place, next: unknown, before: unknown): void => {
    if (next !== before) at.invalid(next, 'field is immutable');
  };
  const established = status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True');
  const names = place.field('names');
  if (established) {
    keep(place.field('scope'), spec.scope, old.scope);
    keep(names.field('kind'), spec.names.kind, old.names.kind);
  }
  keep(place.field('group'), spec.group, old.group);
  keep(names.field('plural'), spec.names.plural, old.names.plural);
};

const judgeStored = ({ spec, status }: Crd, place: Place): void => {
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) return place.invalid(null, 'must have at least one stored version');
  const unseen = new Set(stored);
  for (const { name, storage } of spec.versions) {
    if (!unseen.delete(name) && storage) place.invalid(stored, `must have the storage version ${name}`);
  }
  for (const [index, version] of stored.entries()) {
    if (spec.versions.some(({ name }) => name === version)) continue;
    place
      .index(index)
      .invalid(
        version,
        `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
      );
  }
};
