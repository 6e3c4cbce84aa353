#ifndef TALLY_CSANDBOX_H
#define TALLY_CSANDBOX_H

#include <stdint.h>
#include <sys/types.h>

/// How something appears inside a sandbox.
enum tally_mount_kind {
    /// A file or folder of this machine, read-only, without setuid and devices.
    TALLY_MOUNT_READ_ONLY,
    /// An empty folder in memory of at most `size` bytes, mode 0755.
    TALLY_MOUNT_MEMORY,
    /// The same with mode 1777.
    TALLY_MOUNT_TEMPORARY,
    /// The processes of the sandbox.
    TALLY_MOUNT_PROC,
    /// The devices that every build needs: null, zero, full, random, urandom, tty, shm, pts.
    TALLY_MOUNT_DEVICES,
};

/// Something that appears inside a sandbox.
struct tally_mount {
    enum tally_mount_kind kind;
    /// A path on this machine; null where the kind has none.
    const char *source;
    /// Where it appears, below the root, without the first slash. It has to exist.
    const char *target;
    /// Bytes.
    uint64_t size;
};

/// A step of making a sandbox. The order is that in which they are taken.
enum tally_step {
    TALLY_STEP_NAMESPACES = 1,
    TALLY_STEP_IDENTITY,
    TALLY_STEP_PROPAGATION,
    TALLY_STEP_ROOT,
    TALLY_STEP_MOUNT,
    TALLY_STEP_PIVOT,
    TALLY_STEP_HOSTNAME,
    TALLY_STEP_LIMITS,
    TALLY_STEP_CAPABILITIES,
    TALLY_STEP_SECCOMP,
    TALLY_STEP_READY,
    TALLY_STEP_FINISHED,
};

/// What the sandbox's first process tells its maker, in one message each.
struct tally_message {
    /// A step: the one that failed, or `READY`, or `FINISHED`.
    int32_t step;
    /// Of a step that failed, `errno`; of `FINISHED`, the status of the last command as of waitpid.
    int32_t status;
    /// Of a mount that failed or of the last command that ran, its index.
    int32_t index;
    /// Of `FINISHED`: processes that were still there and were killed.
    int32_t leftover;
};

/// A resource limit, soft and hard the same.
struct tally_limit {
    int32_t resource;
    uint64_t value;
};

/// What a sandbox is to be. All pointers must stay valid until `tally_sandbox_start` returns.
struct tally_sandbox {
    /// A folder of this machine that becomes `/`, read-only.
    const char *root;
    const struct tally_mount *mounts;
    int32_t mount_count;
    /// Who the processes are inside.
    uint32_t uid, gid;
    /// Who they are outside when the maker is root; it must be nobody's. Else they are the maker.
    uint32_t outer;
    const char *hostname, *domainname;
    /// Where commands start. It has to exist when they do.
    const char *working_folder;
    /// Commands one after the other: each a list of words ended by a null pointer.
    const char *const *const *commands;
    int32_t command_count;
    /// Ended by a null pointer.
    const char *const *environment;
    /// What `PATH` of the environment has.
    const char *path;
    const struct tally_limit *limits;
    int32_t limit_count;
    uint32_t mode_mask;
    /// Flags of personality(2).
    uint64_t personality;
    /// A bit for each of the first 64 processors; 0 for all.
    uint64_t processors;
    /// Processes to start and end first, so that commands get other numbers.
    uint32_t skipped_processes;
    /// Whether sockets of the internet families may be made; there is nobody to reach with them.
    int32_t allows_loopback;
    /// Whether the maker decides on each opening of a file.
    int32_t watches_files;
    /// Where commands write what they print.
    int32_t log;
    /// The first process's end of a pair of connected sockets (`SOCK_SEQPACKET`).
    int32_t control;
};

/// Starts the first process of a sandbox, which makes it: namespaces for users, mounts, processes,
/// network, host name, interprocess communication and control groups; the root and the mounts;
/// limits; no capabilities; no new privileges; a filter of system calls. It sends `READY`, with a
/// descriptor that tells of filtered calls (seccomp_unotify(2)), or the step that failed. On the first byte
/// it receives it runs the commands until one fails, ends all processes that are left, sends
/// `FINISHED` and waits, so that its files can be read; it ends when `control` is closed.
///
/// Returns the process's id, or -1 (`errno`). Its death ends every process inside.
pid_t tally_sandbox_start(const struct tally_sandbox *sandbox);

/// Makes a pipe for what commands print: its reader (`ends[0]`) does not wait, its writers do. Returns 0,
/// or -1 (`errno`).
int tally_sandbox_pipe(int ends[2]);

/// A bit for each of the first 64 processors that this process may use.
uint64_t tally_processors(void);

/// Sends a message, with a descriptor unless that is -1. Returns 0, or -1 (`errno`).
int tally_sandbox_send(int control, struct tally_message message, int descriptor);

/// Receives a message, and a descriptor that came with it or -1. Returns 1, 0 at the end, -1 (`errno`).
int tally_sandbox_receive(int control, struct tally_message *message, int *descriptor);

/// What a filtered system call is about.
enum tally_call_kind {
    TALLY_CALL_SOCKET,
    TALLY_CALL_OPEN,
    TALLY_CALL_EXECUTE,
    TALLY_CALL_RENAME,
    TALLY_CALL_LINK,
    TALLY_CALL_SYMLINK,
    /// Whether a file is there, or what is known of it.
    TALLY_CALL_LOOK,
};

/// A system call that waits for its maker's decision.
struct tally_call {
    uint64_t id;
    enum tally_call_kind kind;
    /// The thread that calls, by its number in the maker's namespace.
    int32_t process;
    /// Of a socket, its address family; of an opening, its flags.
    int32_t detail;
    /// Of an opening, where a `struct open_how` with its flags lies in the caller's memory, or 0.
    uint64_t how;
    /// The folder that the path is relative to, or `AT_FDCWD`.
    int32_t folder;
    /// Where the path lies in the caller's memory; of a renaming or link, the new one.
    uint64_t path;
    /// The same of the old path of a renaming or link.
    int32_t source_folder;
    uint64_t source;
};

/// Waits for a filtered system call. Returns 0, or -1 (`errno`; ENOENT: its caller is gone).
int tally_call_receive(int listener, struct tally_call *call);

/// Lets a call go on (`error` 0) or fails it with an error number. Returns 0 or -1 (`errno`).
int tally_call_answer(int listener, uint64_t id, int error);

/// Reads `size` bytes at most of a process's memory, as far as they are there. Returns how many, or -1.
long tally_call_read(int process, uint64_t address, void *bytes, unsigned long size);

/// Opens what is at an absolute path of a sandbox without reading it; `root` is its root. Links lead
/// where they lead inside. Returns a descriptor, or -1 (`errno`).
int tally_open_inside(int root, const char *path);

/// Whether the process that made a call still waits for the answer, so that what was read of its
/// memory was its own.
int tally_call_is_valid(int listener, uint64_t id);

/// Installs the filter on the calling process and all it starts. Returns its listener, or -1 (`errno`).
int tally_filter_install(int allows_loopback, int watches_files);

#endif
