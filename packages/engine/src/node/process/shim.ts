/**
 * Stands between the node and a container's process, so that the exit code is not lost when the node
 * is. `$0` is its own name, `$1` the folder of the attempt, `$2` the name of the file that says that the command
 * has begun, the rest the command.
 *
 * - `identity` is created exclusively: of two shims for one attempt only the first runs its command,
 *   so that a node killed between starting and recording cannot double a container.
 * - `alive` is a FIFO that it holds open: a reader sees its end when the shim dies in any way. The
 *   command does not inherit it.
 * - `begun` says that a signal is not lost any more: between its fork and its own first step a
 *   subshell still has the traps of the shim, and would take a TERM for nothing. What builds a sandbox says it itself, when
 *   its own first step is done, and the shim notes its part as `launched`.
 * - TERM and INT reach the whole group; the shim outlives them to write the exit code. What a shell
 *   traps is reset to the default in the command; what it ignores would be inherited.
 * - The shell's own remarks ("Terminated") are not part of the output, which only the subshell has.
 */
export const shim = `
trap 'told=1' TERM INT HUP
boot=
stat=$$
read -r boot </proc/sys/kernel/random/boot_id
read -r stat </proc/self/stat
folder=$1
mark=$2
shift 2
exec 4>&2 2>/dev/null
set -C
printf '%s\\n%s\\n' "$boot" "$stat" >"$folder/identity" || exit 125
set +C
command -p mkfifo "$folder/alive" && exec 3<>"$folder/alive"
if [ -n "$told" ]; then
  code=143
else
  (: >"$folder/$mark"; exec 2>&4 3>&- 4>&-; exec "$@")
  code=$?
fi
printf '%s\\n' "$code" >"$folder/exit"
`;

/** The shim's exit code when another shim was first. */
export const claimLost = 125;
