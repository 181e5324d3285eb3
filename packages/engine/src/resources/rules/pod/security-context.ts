import type { Place } from '../../../schema/place.ts';
import { dnsSubdomain, userNumber } from '../../formats.ts';
import { printed } from '../printed.ts';
import { judgeDescendingPath } from './paths.ts';

interface Profile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

interface Shared {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly seccompProfile?: Profile;
  readonly appArmorProfile?: Profile;
  readonly windowsOptions?: { readonly gmsaCredentialSpecName?: string };
}

export interface SecurityContext extends Shared {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly add?: readonly string[] };
  readonly procMount?: string;
}

export interface PodSecurityContext extends Shared {
  readonly fsGroup?: number;
  readonly fsGroupChangePolicy?: string;
  readonly supplementalGroups?: readonly number[];
  readonly supplementalGroupsPolicy?: string;
  readonly seLinuxChangePolicy?: string;
  readonly sysctls?: readonly { readonly name?: string }[];
}

/** What a pod shares with its node. */
interface HostSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly shareProcessNamespace?: boolean;
}

export const judgeSecurityContext = (context: SecurityContext, hostUsers: boolean, at: Place): void => {
  const { runAsUser, runAsGroup, procMount, seccompProfile } = context;
  judgeUser(runAsUser, at.field('runAsUser'));
  judgeUser(runAsGroup, at.field('runAsGroup'));
  if (procMount !== undefined) judgeProcMount(procMount, hostUsers, at.field('procMount'));
  if (seccompProfile) judgeSeccomp(seccompProfile, at.field('seccompProfile'));
  if (context.allowPrivilegeEscalation === false) judgeNoEscalation(context, at);
  judgeLast(context, at);
};

const judgeUser = (number: number | undefined, at: Place): void => {
  if (number !== undefined) at.faults(number, userNumber(number));
};

const PROC_MOUNTS = ['Default', 'Unmasked'];

const judgeProcMount = (mount: string, hostUsers: boolean, at: Place): void => {
  if (!PROC_MOUNTS.includes(mount)) at.unsupported(mount, PROC_MOUNTS);
  if (hostUsers && mount === 'Unmasked') at.invalid(mount, '`hostUsers` must be false to use `Unmasked`');
};

const judgeNoEscalation = (context: SecurityContext, at: Place): void => {
  const shown = () => printed('core.SecurityContext', context);
  const words = 'cannot set `allowPrivilegeEscalation` to false and';
  if (context.privileged === true) at.invalid(shown(), `${words} \`privileged\` to true`);
  for (const added of context.capabilities?.add ?? []) {
    if (added === 'CAP_SYS_ADMIN') at.invalid(shown(), `${words} \`capabilities.Add\` CAP_SYS_ADMIN`);
  }
};

const judgeLast = ({ windowsOptions, appArmorProfile }: Shared, at: Place): void => {
  const { gmsaCredentialSpecName: name } = windowsOptions ?? {};
  const here = at.field('windowsOptions').field('gmsaCredentialSpecName');
  if (name !== undefined) here.faults(name, dnsSubdomain(name));
  if (appArmorProfile) judgeAppArmor(appArmorProfile, at.field('appArmorProfile'));
};

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

const judgeSeccomp = (profile: Profile, at: Place): void => {
  const { type = '', localhostProfile } = profile;
  const here = at.field('localhostProfile');
  if (type === '') at.field('type').required('type is required when seccompProfile is set');
  else if (!PROFILE_TYPES.includes(type)) at.field('type').unsupported(type, PROFILE_TYPES);
  if (type === 'Localhost') {
    if (localhostProfile === undefined) here.required('must be set when seccomp type is Localhost');
    else judgeDescendingPath(localhostProfile, here);
  } else if (localhostProfile !== undefined) {
    const shown = printed('core.SeccompProfile', profile);
    here.invalid(shown, 'can only be set when seccomp type is Localhost');
  }
};

const PATH_BYTES = 4095;

const judgeAppArmor = ({ type = '', localhostProfile: profile }: Profile, at: Place): void => {
  const here = at.field('localhostProfile');
  if (type === '') return at.field('type').required('type is required when appArmorProfile is set');
  if (!PROFILE_TYPES.includes(type)) return at.field('type').unsupported(type, PROFILE_TYPES);
  if (type !== 'Localhost') {
    if (profile !== undefined) here.invalid(profile, 'can only be set when AppArmor type is Localhost');
    return;
  }
  if (profile === undefined) return here.required('must be set when AppArmor type is Localhost');
  if (profile.trim() !== profile) here.invalid(profile, 'must not be padded with whitespace');
  else if (profile === '') here.required('must be set when AppArmor type is Localhost');
  if (profile.length > PATH_BYTES) here.tooLong(PATH_BYTES);
};

const GROUP_CHANGES = ['Always', 'OnRootMismatch'];
const GROUP_POLICIES = ['Merge', 'Strict'];
const SE_LINUX_CHANGES = ['MountOption', 'Recursive'];

export const judgePodSecurityContext = (context: PodSecurityContext, spec: HostSpec, at: Place): void => {
  const { supplementalGroups = [], seccompProfile } = context;
  judgeUser(context.fsGroup, at.field('fsGroup'));
  judgeUser(context.runAsUser, at.field('runAsUser'));
  judgeUser(context.runAsGroup, at.field('runAsGroup'));
  supplementalGroups.forEach((group, index) => judgeUser(group, at.field('supplementalGroups').index(index)));
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const why = 'ShareProcessNamespace and HostPID cannot both be enabled';
    at.field('shareProcessNamespace').invalid(true, why);
  }
  judgeSysctls(context.sysctls ?? [], spec, at.field('sysctls'));
  judgeChoice(context.fsGroupChangePolicy, GROUP_CHANGES, at.field('fsGroupChangePolicy'));
  if (seccompProfile) judgeSeccomp(seccompProfile, at.field('seccompProfile'));
  judgeLast(context, at);
  judgeChoice(context.supplementalGroupsPolicy, GROUP_POLICIES, at.field('supplementalGroupsPolicy'));
  judgeChoice(context.seLinuxChangePolicy, SE_LINUX_CHANGES, at.field('seLinuxChangePolicy'));
};

const judgeChoice = (value: string | undefined, supported: readonly string[], at: Place): void => {
  if (value !== undefined && !supported.includes(value)) at.unsupported(value, supported);
};

const SYSCTL = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const SYSCTL_SHAPE = new RegExp(SYSCTL);

const judgeSysctls = (sysctls: readonly { readonly name?: string }[], spec: HostSpec, at: Place): void => {
  const taken = new Set<string>();
  sysctls.forEach(({ name = '' }, index) => {
    const here = at.index(index).field('name');
    if (name === '') here.required();
    else if (name.length > 253 || !SYSCTL_SHAPE.test(name)) {
      here.invalid(name, `must have at most 253 characters and match regex ${SYSCTL}`);
    } else if (taken.has(name)) here.duplicate(name);
    if (spec.hostNetwork === true && /^net[./]/.test(name)) {
      here.invalid(name, "may not be specified when 'hostNetwork' is true");
    } else if (spec.hostIPC === true && /^(kernel[./](sem|msg|shm)|fs[./]mqueue[./])/.test(name)) {
      here.invalid(name, "may not be specified when 'hostIPC' is true");
    }
    taken.add(name);
  });
};
