#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// A ruleset that handles every right it knows and grants none.
static int landlock_everything(void) {
    struct landlock_ruleset_attr attributes = {
        .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                             LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                             LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                             LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                             LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                             LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                             LANDLOCK_ACCESS_FS_MAKE_SYM,
    };
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0) return -1;
    int result = (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
    close(ruleset);
    return result;
}

#if defined(__x86_64__)
#define TALLY_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define TALLY_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

#define ALLOW(number)                                             \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1),          \
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

// An allow list: what memory, reading and writing open descriptors, and ending take.
static int seccomp_allow_list(void) {
#ifdef TALLY_AUDIT_ARCH
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TALLY_AUDIT_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(SYS_read),        ALLOW(SYS_pread64),     ALLOW(SYS_write),
        ALLOW(SYS_lseek),       ALLOW(SYS_fstat),       ALLOW(SYS_close),
        ALLOW(SYS_mmap),        ALLOW(SYS_munmap),      ALLOW(SYS_mremap),
        ALLOW(SYS_madvise),     ALLOW(SYS_brk),         ALLOW(SYS_mprotect),
        ALLOW(SYS_futex),       ALLOW(SYS_rt_sigreturn), ALLOW(SYS_rt_sigprocmask),
        ALLOW(SYS_exit),        ALLOW(SYS_exit_group),  ALLOW(SYS_getrandom),
        ALLOW(SYS_clock_gettime), ALLOW(SYS_sched_yield),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    struct sock_fprog filter = {
        .len = sizeof program / sizeof program[0],
        .filter = program,
    };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
#else
    return -1;
#endif
}

static int limit(int resource, rlim_t value) {
    struct rlimit pair = {.rlim_cur = value, .rlim_max = value};
    return setrlimit((__rlimit_resource_t)resource, &pair);
}

int tally_confine(unsigned long memory, unsigned long seconds) {
    if (limit(RLIMIT_AS, memory) || limit(RLIMIT_CPU, seconds) || limit(RLIMIT_CORE, 0) ||
        limit(RLIMIT_FSIZE, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
        return -1;
    }
    int achieved = 0;
    if (landlock_everything() == 0) achieved |= TALLY_CONFINED_LANDLOCK;
    if (seccomp_allow_list() == 0) achieved |= TALLY_CONFINED_SECCOMP;
    return achieved;
}
