/** System calls that reach beyond a container, by the capability that is meant for them; `undefined`: there is none to be had. */
const refused: readonly (readonly [capability: string | undefined, calls: string])[] = [
  ['CAP_SYS_ADMIN', 'bpf fanotify_init fsconfig fsmount fsopen fspick mount mount_setattr move_mount'],
  ['CAP_SYS_ADMIN', 'open_tree perf_event_open pivot_root quotactl quotactl_fd setns swapoff swapon'],
  ['CAP_SYS_ADMIN', 'umount umount2 unshare lookup_dcookie setdomainname sethostname'],
  ['CAP_DAC_READ_SEARCH', 'open_by_handle_at'],
  ['CAP_SYS_BOOT', 'kexec_file_load kexec_load reboot'],
  ['CAP_SYS_MODULE', 'create_module delete_module finit_module init_module query_module'],
  ['CAP_SYS_PACCT', 'acct'],
  ['CAP_SYS_PTRACE', 'kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev'],
  ['CAP_SYS_RAWIO', 'ioperm iopl'],
  ['CAP_SYS_TIME', 'clock_settime settimeofday stime'],
  ['CAP_SYS_TTY_CONFIG', 'vhangup'],
  ['CAP_SYS_NICE', 'get_mempolicy mbind move_pages migrate_pages set_mempolicy'],
  ['CAP_SYSLOG', 'syslog'],
  [undefined, 'add_key keyctl request_key userfaultfd nfsservctl vm86 vm86old uselib ustat sysfs _sysctl'],
  [undefined, 'io_uring_enter io_uring_register io_uring_setup get_kernel_syms'],
];

/** Flags of clone(2) that make namespaces. */
const namespaceFlags = [
  0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
];
const notPermitted = 1;
const notThere = 38;

/**
 * A filter that refuses what runtimes refuse by default, by name: everything else is let through, so that a new system call does
 * not break an old program (OCI runtime specification, "Seccomp").
 */
export const systemCallFilter = (capabilities: readonly string[]) => {
  const names = refused
    .filter(([capability]) => capability === undefined || !capabilities.includes(capability))
    .flatMap(([, calls]) => calls.split(' '));
  const makesNamespaces = !capabilities.includes('CAP_SYS_ADMIN');
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [
      { names, action: 'SCMP_ACT_ERRNO', errnoRet: notPermitted },
      ...(makesNamespaces ? clone : []),
    ],
  };
};

/** The flags of clone3 lie in memory, which a filter cannot see: without it the C library takes clone. */
const clone = [
  { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: notThere },
  ...namespaceFlags.map((bit) => ({
    names: ['clone'],
    action: 'SCMP_ACT_ERRNO',
    errnoRet: notPermitted,
    args: [{ index: 0, value: bit, valueTwo: bit, op: 'SCMP_CMP_MASKED_EQ' }],
  })),
];
