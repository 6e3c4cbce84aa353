#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

// SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, since Linux 5.19.
#define WAIT_KILLABLE (1UL << 5)

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE(number, error)                                    \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1),         \
    RETURN(SECCOMP_RET_ERRNO | (error))
#define ASK(number)                                              \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1),         \
    RETURN(SECCOMP_RET_USER_NOTIF)

// A call that names no path with this flag is about what is open already, which the maker has seen.
#define ASK_UNLESS_EMPTY(number, flags)                          \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4),         \
    LOAD(flags),                                                 \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, AT_EMPTY_PATH, 1, 0),   \
    RETURN(SECCOMP_RET_USER_NOTIF),                              \
    RETURN(SECCOMP_RET_ALLOW)

// Flags of clone(2) that make namespaces.
#define NAMESPACES                                                                       \
    (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS |          \
     CLONE_NEWIPC | CLONE_NEWCGROUP)

// The parts of a program: what must never be, then sockets, then openings of files.
enum { MAXIMUM = 256 };

struct program {
    struct sock_filter code[MAXIMUM];
    unsigned short count;
};

static void append(struct program *program, const struct sock_filter *code, size_t count) {
    if (program->count + count > MAXIMUM) __builtin_trap();
    memcpy(program->code + program->count, code, count * sizeof *code);
    program->count += (unsigned short)count;
}

#define APPEND(program, ...)                                                       \
    do {                                                                           \
        const struct sock_filter part[] = {__VA_ARGS__};                           \
        append((program), part, sizeof part / sizeof part[0]);                     \
    } while (0)

// What would make a way out, change the machine, or look into other processes.
static void refuse_ways_out(struct program *program) {
    APPEND(program,
        REFUSE(SYS_mount, EPERM),           REFUSE(SYS_umount2, EPERM),
        REFUSE(SYS_pivot_root, EPERM),      REFUSE(SYS_chroot, EPERM),
        REFUSE(SYS_open_tree, EPERM),       REFUSE(SYS_move_mount, EPERM),
        REFUSE(SYS_fsopen, EPERM),          REFUSE(SYS_fsconfig, EPERM),
        REFUSE(SYS_fsmount, EPERM),         REFUSE(SYS_fspick, EPERM),
        REFUSE(442 /* mount_setattr */, EPERM),
        REFUSE(SYS_unshare, EPERM),         REFUSE(SYS_setns, EPERM),
        REFUSE(SYS_ptrace, EPERM),          REFUSE(SYS_process_vm_readv, EPERM),
        REFUSE(SYS_process_vm_writev, EPERM), REFUSE(SYS_pidfd_getfd, EPERM),
        REFUSE(SYS_kcmp, EPERM),            REFUSE(SYS_bpf, EPERM),
        REFUSE(SYS_perf_event_open, EPERM), REFUSE(SYS_userfaultfd, EPERM),
        REFUSE(SYS_add_key, EPERM),         REFUSE(SYS_request_key, EPERM),
        REFUSE(SYS_keyctl, EPERM),          REFUSE(SYS_open_by_handle_at, EPERM),
        REFUSE(SYS_kexec_load, EPERM),      REFUSE(SYS_kexec_file_load, EPERM),
        REFUSE(SYS_init_module, EPERM),     REFUSE(SYS_finit_module, EPERM),
        REFUSE(SYS_delete_module, EPERM),   REFUSE(SYS_reboot, EPERM),
        REFUSE(SYS_swapon, EPERM),          REFUSE(SYS_swapoff, EPERM),
        REFUSE(SYS_acct, EPERM),            REFUSE(SYS_quotactl, EPERM),
        REFUSE(SYS_syslog, EPERM),          REFUSE(SYS_settimeofday, EPERM),
        REFUSE(SYS_clock_settime, EPERM),   REFUSE(SYS_clock_adjtime, EPERM),
        REFUSE(SYS_adjtimex, EPERM),        REFUSE(SYS_sethostname, EPERM),
        REFUSE(SYS_setdomainname, EPERM),
        // Their arguments lie in memory, where a filter cannot see them: as if the kernel had none.
        REFUSE(SYS_clone3, ENOSYS),         REFUSE(SYS_io_uring_setup, ENOSYS),
        REFUSE(SYS_io_uring_enter, ENOSYS), REFUSE(SYS_io_uring_register, ENOSYS));
    // clone: the flags are its first argument.
    APPEND(program,
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
        LOAD(args[0]),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NAMESPACES, 0, 1),
        RETURN(SECCOMP_RET_ERRNO | EPERM),
        RETURN(SECCOMP_RET_ALLOW));
    // ioctl: keys cannot be typed into a terminal (TIOCSTI), nor pasted (TIOCLINUX).
    APPEND(program,
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 5),
        LOAD(args[1]),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1),
        RETURN(SECCOMP_RET_ERRNO | EPERM),
        RETURN(SECCOMP_RET_ALLOW));
}

// Sockets of this machine's own family may be made; of others the maker hears.
static void ask_for_sockets(struct program *program, int allows_loopback) {
    if (allows_loopback) {
        APPEND(program,
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 7),
            LOAD(args[0]),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 4, 0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 3, 0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 2, 0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0),
            RETURN(SECCOMP_RET_USER_NOTIF),
            RETURN(SECCOMP_RET_ALLOW));
    } else {
        APPEND(program,
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 4),
            LOAD(args[0]),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 1, 0),
            RETURN(SECCOMP_RET_USER_NOTIF),
            RETURN(SECCOMP_RET_ALLOW));
    }
}

static void ask_for_files(struct program *program) {
    APPEND(program,
        ASK(SYS_openat), ASK(SYS_openat2), ASK(SYS_execve), ASK(SYS_execveat),
        ASK(SYS_renameat2), ASK(SYS_linkat), ASK(SYS_symlinkat),
        ASK(SYS_faccessat), ASK(SYS_faccessat2), ASK_UNLESS_EMPTY(SYS_newfstatat, args[3]),
        ASK_UNLESS_EMPTY(SYS_statx, args[2]));
#ifdef SYS_open
    APPEND(program,
        ASK(SYS_open), ASK(SYS_creat), ASK(SYS_rename), ASK(SYS_renameat), ASK(SYS_link),
        ASK(SYS_symlink), ASK(SYS_stat), ASK(SYS_lstat), ASK(SYS_access));
#endif
}

#ifdef NATIVE
// Lets a call that waits and its watcher take turns on one processor, since Linux 6.6: as a rule neither
// has anything to do while the other runs. Without it they are slower, and that is all.
static int taking_turns(int listener) {
    if (listener >= 0) ioctl(listener, SECCOMP_IOW(4, __u64), 1UL);
    return listener;
}
#endif

int tally_filter_install(int allows_loopback, int watches_files) {
#ifdef NATIVE
    struct program program = {.count = 0};
    APPEND(&program,
        LOAD(arch),
        // Other architectures number their calls otherwise: they have none.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0),
        RETURN(SECCOMP_RET_ERRNO | ENOSYS),
        LOAD(nr),
        // The x32 calls of x86-64.
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        RETURN(SECCOMP_RET_ERRNO | ENOSYS));
    refuse_ways_out(&program);
    ask_for_sockets(&program, allows_loopback);
    if (watches_files) ask_for_files(&program);
    APPEND(&program, RETURN(SECCOMP_RET_ALLOW));
    struct sock_fprog filter = {.len = program.count, .filter = program.code};
    // A caller whose call is being looked at is not to be interrupted by signals: else a program would
    // see openings fail that never do.
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
        SECCOMP_FILTER_FLAG_NEW_LISTENER | WAIT_KILLABLE, &filter);
    if (listener >= 0 || errno != EINVAL) return taking_turns(listener);
    return taking_turns((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
        SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter));
#else
    errno = ENOSYS;
    return -1;
#endif
}

// Fills in a call about one path, or one that is made from another (`source`).
static void describe_path(struct tally_call *call, int kind, uint64_t folder, uint64_t path) {
    call->kind = (enum tally_call_kind)kind;
    call->folder = (int32_t)folder;
    call->path = path;
}

static void describe_pair(struct tally_call *call, int kind, const uint64_t source[2],
                          uint64_t folder, uint64_t path) {
    describe_path(call, kind, folder, path);
    call->source_folder = (int32_t)source[0];
    call->source = source[1];
}

static const uint64_t HERE = (uint64_t)AT_FDCWD;

#ifdef SYS_open
// The calls that newer architectures have no more.
static void describe_old(int number, const uint64_t *arguments, struct tally_call *call) {
    const uint64_t source[] = {HERE, arguments[0]};
    switch (number) {
    case SYS_open:
        describe_path(call, TALLY_CALL_OPEN, HERE, arguments[0]);
        call->detail = (int32_t)arguments[1];
        return;
    case SYS_creat:
        describe_path(call, TALLY_CALL_OPEN, HERE, arguments[0]);
        call->detail = O_WRONLY | O_CREAT | O_TRUNC;
        return;
    case SYS_rename: describe_pair(call, TALLY_CALL_RENAME, source, HERE, arguments[1]); return;
    case SYS_renameat:
        describe_pair(call, TALLY_CALL_RENAME, arguments, arguments[2], arguments[3]);
        return;
    case SYS_link: describe_pair(call, TALLY_CALL_LINK, source, HERE, arguments[1]); return;
    case SYS_symlink: describe_path(call, TALLY_CALL_SYMLINK, HERE, arguments[1]); return;
    case SYS_stat:
    case SYS_lstat:
    case SYS_access: describe_path(call, TALLY_CALL_LOOK, HERE, arguments[0]); return;
    }
}
#endif

static void describe(const struct seccomp_data *data, struct tally_call *call) {
    const uint64_t *arguments = (const uint64_t *)data->args;
    switch (data->nr) {
    case SYS_socket:
        call->kind = TALLY_CALL_SOCKET;
        call->detail = (int32_t)arguments[0];
        return;
    case SYS_openat:
        describe_path(call, TALLY_CALL_OPEN, arguments[0], arguments[1]);
        call->detail = (int32_t)arguments[2];
        return;
    case SYS_openat2:
        describe_path(call, TALLY_CALL_OPEN, arguments[0], arguments[1]);
        call->how = arguments[2];
        return;
    case SYS_renameat2:
        describe_pair(call, TALLY_CALL_RENAME, arguments, arguments[2], arguments[3]);
        return;
    case SYS_linkat:
        describe_pair(call, TALLY_CALL_LINK, arguments, arguments[2], arguments[3]);
        return;
    case SYS_symlinkat:
        describe_path(call, TALLY_CALL_SYMLINK, arguments[1], arguments[2]);
        return;
    case SYS_execveat:
        describe_path(call, TALLY_CALL_EXECUTE, arguments[0], arguments[1]);
        return;
    case SYS_execve: describe_path(call, TALLY_CALL_EXECUTE, HERE, arguments[0]); return;
    case SYS_newfstatat:
    case SYS_statx:
    case SYS_faccessat:
    case SYS_faccessat2:
        describe_path(call, TALLY_CALL_LOOK, arguments[0], arguments[1]);
        return;
    }
#ifdef SYS_open
    describe_old(data->nr, arguments, call);
#endif
}

int tally_call_receive(int listener, struct tally_call *call) {
    struct seccomp_notif notice;
    memset(&notice, 0, sizeof notice);
    memset(call, 0, sizeof *call);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notice)) return -1;
    call->id = notice.id;
    call->process = (int32_t)notice.pid;
    describe(&notice.data, call);
    return 0;
}

int tally_call_answer(int listener, uint64_t id, int error) {
    struct seccomp_notif_resp answer = {
        .id = id,
        .error = -error,
        .flags = error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE,
    };
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

int tally_call_is_valid(int listener, uint64_t id) {
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}
