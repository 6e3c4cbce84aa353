#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// All of this but `tally_sandbox_start` and `tally_sandbox_receive` runs between clone and exec, in a
// copy of a process with many threads, any of which may have held a lock: system calls only, no
// allocation, no standard input and output.

// Declared by <sys/mount.h>, which does not go with <linux/mount.h> in glibc 2.36.
int mount(const char *, const char *, const char *, unsigned long, const void *);
int umount2(const char *, int);

enum {
    FLAG_NOSUID = 2,
    FLAG_NODEV = 4,
    FLAG_NOEXEC = 8,
    FLAG_BIND = 4096,
    FLAG_RECURSIVE = 16384,
    FLAG_PRIVATE = 1 << 18,
    FLAG_DETACH = 2,
};

// Inside a folder in memory: where the new root is put together, and where the old one stays until
// all that comes from there is mounted.
#define NEW "/new"
#define OLD "/old"

// Tells which step failed, and ends.
static _Noreturn void fail(const struct tally_sandbox *sandbox, int step, int index) {
    struct tally_message message = {.step = step, .status = errno, .index = index};
    tally_sandbox_send(sandbox->control, message, -1);
    _exit(1);
}

// MARK: Identity

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t length = (ssize_t)strlen(text);
    ssize_t written = write(file, text, (size_t)length);
    int reason = errno;
    close(file);
    errno = reason;
    return written == length ? 0 : -1;
}

// Texts are put together from their end; each returns where the text begins now.
static char *prepend(char *place, const char *text) {
    size_t length = strlen(text);
    return memcpy(place - length, text, length);
}

static char *prepend_number(char *place, uint64_t number) {
    do *--place = (char)('0' + number % 10);
    while (number /= 10);
    return place;
}

// Writes "INSIDE OUTSIDE 1\n".
static int write_map(const char *path, uint32_t inside, uint32_t outside) {
    char text[48];
    char *place = text + sizeof text - 1;
    *place = 0;
    place = prepend(place, " 1\n");
    place = prepend_number(place, outside);
    place = prepend(place, " ");
    return write_file(path, prepend_number(place, inside));
}

// In a user namespace of its own, the caller becomes somebody: the one user there is.
static int map_user(const struct tally_sandbox *sandbox, uid_t user, gid_t group) {
    if (write_file("/proc/self/setgroups", "deny")) return -1;
    if (write_map("/proc/self/uid_map", sandbox->uid, user)) return -1;
    if (write_map("/proc/self/gid_map", sandbox->gid, group)) return -1;
    return 0;
}

// MARK: Mounts

// Adds attributes to a mount and all below it. Those it has already stay.
static int set_attributes(const char *path, uint64_t attributes) {
    struct mount_attr request = {.attr_set = attributes};
    return (int)syscall(
        442 /* mount_setattr */, AT_FDCWD, path, AT_RECURSIVE | AT_SYMLINK_NOFOLLOW, &request,
        sizeof request);
}

static int bind_mount(const char *source, const char *target, uint64_t attributes) {
    if (mount(source, target, 0, FLAG_BIND | FLAG_RECURSIVE, 0)) return -1;
    return set_attributes(target, attributes);
}

// Mounts an empty folder in memory, with an inode per 4 KiB.
static int mount_memory(const char *target, uint64_t size, const char *mode) {
    char text[96];
    char *place = text + sizeof text - 1;
    *place = 0;
    place = prepend_number(place, size / 4096 + 1024);
    place = prepend(place, ",nr_inodes=");
    place = prepend_number(place, size);
    place = prepend(place, ",size=");
    place = prepend(prepend(place, mode), "mode=");
    return mount("tmpfs", target, "tmpfs", FLAG_NOSUID | FLAG_NODEV, place);
}

static int join(char *buffer, size_t size, const char *folder, const char *name) {
    size_t first = strlen(folder), second = strlen(name);
    if (first + second + 2 > size) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(buffer, folder, first);
    buffer[first] = '/';
    memcpy(buffer + first + 1, name, second + 1);
    return 0;
}

// An empty file, for something to be mounted on.
static int touch(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    return close(file);
}

static int mount_devices(const char *target) {
    char path[4096], source[64];
    if (mount_memory(target, 1 << 20, "0755")) return -1;
    const char *const names[] = {"null", "zero", "full", "random", "urandom", "tty"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (join(path, sizeof path, target, names[i]) ||
            join(source, sizeof source, OLD "/dev", names[i]) || touch(path) ||
            mount(source, path, 0, FLAG_BIND, 0)) {
            return -1;
        }
    }
    const char *const links[][2] = {
        {"fd", "/proc/self/fd"},       {"stdin", "/proc/self/fd/0"},
        {"stdout", "/proc/self/fd/1"}, {"stderr", "/proc/self/fd/2"},
        {"ptmx", "pts/ptmx"},
    };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (join(path, sizeof path, target, links[i][0]) || symlink(links[i][1], path)) return -1;
    }
    if (join(path, sizeof path, target, "pts") || mkdir(path, 0755) ||
        mount("devpts", path, "devpts", FLAG_NOSUID | FLAG_NOEXEC,
              "newinstance,ptmxmode=0666,mode=620")) {
        return -1;
    }
    if (join(path, sizeof path, target, "shm") || mkdir(path, 01777) ||
        mount_memory(path, 256 << 20, "1777")) {
        return -1;
    }
    return 0;
}

static int mount_one(const struct tally_mount *item) {
    char target[4096], source[4096];
    if (join(target, sizeof target, NEW, item->target)) return -1;
    if (item->source && join(source, sizeof source, OLD, item->source)) return -1;
    switch (item->kind) {
    case TALLY_MOUNT_READ_ONLY:
        return bind_mount(source, target, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    case TALLY_MOUNT_MEMORY: return mount_memory(target, item->size, "0755");
    case TALLY_MOUNT_TEMPORARY: return mount_memory(target, item->size, "1777");
    case TALLY_MOUNT_PROC:
        return mount("proc", target, "proc", FLAG_NOSUID | FLAG_NODEV | FLAG_NOEXEC, 0);
    case TALLY_MOUNT_DEVICES: return mount_devices(target);
    }
    errno = EINVAL;
    return -1;
}

// Moves to a folder in memory as `/`, with the old root at OLD. What is mounted from here on is seen
// by nobody else.
static int leave_old_root(void) {
    if (mount(0, "/", 0, FLAG_PRIVATE | FLAG_RECURSIVE, 0)) return -1;
    // Every system has this folder; what is in it stays to be reached below OLD.
    if (mount("tmpfs", "/tmp", "tmpfs", FLAG_NOSUID | FLAG_NODEV, "mode=0755")) return -1;
    if (mkdir("/tmp" NEW, 0755) || mkdir("/tmp" OLD, 0755)) return -1;
    if (syscall(SYS_pivot_root, "/tmp", "/tmp" OLD)) return -1;
    return chdir("/");
}

// The root, read-only, and all mounts on it.
static void make_mounts(const struct tally_sandbox *sandbox) {
    char root[4096];
    if (leave_old_root()) fail(sandbox, TALLY_STEP_PROPAGATION, 0);
    if (join(root, sizeof root, OLD, sandbox->root) ||
        bind_mount(root, NEW, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)) {
        fail(sandbox, TALLY_STEP_ROOT, 0);
    }
    for (int i = 0; i < sandbox->mount_count; i++) {
        if (mount_one(&sandbox->mounts[i])) fail(sandbox, TALLY_STEP_MOUNT, i);
    }
    // The old root goes: what was not mounted cannot be reached any more.
    if (chdir(NEW) || syscall(SYS_pivot_root, ".", ".") || umount2(".", FLAG_DETACH) ||
        chdir("/")) {
        fail(sandbox, TALLY_STEP_PIVOT, 0);
    }
}

// MARK: Limits and rights

// The loopback of the sandbox's own network, for builds whose tests talk to themselves.
static void raise_loopback(const struct tally_sandbox *sandbox) {
    if (!sandbox->allows_loopback) return;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    int plug = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (plug < 0 || ioctl(plug, SIOCSIFFLAGS, &request)) fail(sandbox, TALLY_STEP_HOSTNAME, 1);
    close(plug);
}

// In the user namespace of the build: processes are counted there, apart from those of other builds,
// which are the same user outside.
static void set_limits(const struct tally_sandbox *sandbox) {
    for (int i = 0; i < sandbox->limit_count; i++) {
        __rlimit_resource_t resource = (__rlimit_resource_t)sandbox->limits[i].resource;
        rlim_t value = sandbox->limits[i].value;
        struct rlimit pair;
        if (getrlimit(resource, &pair)) fail(sandbox, TALLY_STEP_LIMITS, i);
        // Nobody without rights can raise what the maker was given; it is stricter then.
        if (pair.rlim_max < value) value = pair.rlim_max;
        pair.rlim_cur = pair.rlim_max = value;
        if (setrlimit(resource, &pair)) fail(sandbox, TALLY_STEP_LIMITS, i);
    }
    umask(sandbox->mode_mask);
    if (sandbox->personality && personality(sandbox->personality) < 0) {
        fail(sandbox, TALLY_STEP_LIMITS, -1);
    }
    if (sandbox->processors) {
        uint64_t set = sandbox->processors;
        if (syscall(SYS_sched_setaffinity, 0, sizeof set, &set) < 0) {
            fail(sandbox, TALLY_STEP_LIMITS, -2);
        }
    }
}

// Root gives itself up, for a user that nobody is, in a namespace that owns nothing here.
static void leave_root(const struct tally_sandbox *sandbox) {
    uid_t outer = sandbox->outer;
    if (syscall(SYS_setgroups, 0, 0) || syscall(SYS_setresgid, outer, outer, outer) ||
        syscall(SYS_setresuid, outer, outer, outer)) {
        fail(sandbox, TALLY_STEP_IDENTITY, 1);
    }
    // Else /proc/self belongs to root, who this is no more.
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)) fail(sandbox, TALLY_STEP_IDENTITY, 2);
    if (unshare(CLONE_NEWUSER)) fail(sandbox, TALLY_STEP_IDENTITY, 3);
    if (map_user(sandbox, outer, outer)) fail(sandbox, TALLY_STEP_IDENTITY, 4);
}

static void drop_capabilities(const struct tally_sandbox *sandbox) {
    // Ends at the first number that the kernel does not know.
    for (int number = 0; number < 64; number++) {
        if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) && errno != EINVAL) {
            fail(sandbox, TALLY_STEP_CAPABILITIES, number);
        }
    }
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)) {
        fail(sandbox, TALLY_STEP_CAPABILITIES, -1);
    }
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    if (syscall(SYS_capset, &header, none)) fail(sandbox, TALLY_STEP_CAPABILITIES, -2);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail(sandbox, TALLY_STEP_CAPABILITIES, -3);
}

// MARK: Commands

static void reset_signals(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
}

// Starts a program by its path, or from the folders of PATH. Comes back if it cannot.
static void execute(const struct tally_sandbox *sandbox, const char *const *words) {
    char *const *arguments = (char *const *)words;
    char *const *environment = (char *const *)sandbox->environment;
    if (strchr(words[0], '/')) {
        execve(words[0], arguments, environment);
        return;
    }
    const char *rest = sandbox->path;
    int reason = ENOENT;
    while (*rest) {
        size_t length = strcspn(rest, ":");
        char folder[4096], path[4096];
        if (length > 0 && length < sizeof folder) {
            memcpy(folder, rest, length);
            folder[length] = 0;
            if (join(path, sizeof path, folder, words[0]) == 0) {
                execve(path, arguments, environment);
                if (errno != ENOENT && errno != ENOTDIR) reason = errno;
            }
        }
        rest += length;
        rest += *rest == ':';
    }
    errno = reason;
}

static _Noreturn void run_command(const struct tally_sandbox *sandbox, int index) {
    reset_signals();
    setsid();
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || chdir(sandbox->working_folder) || dup2(null, 0) < 0 || dup2(sandbox->log, 1) < 0 || dup2(sandbox->log, 2) < 0) {
        _exit(126);
    }
    syscall(SYS_close_range, 3, ~0U, 0);
    execute(sandbox, sandbox->commands[index]);
    int reason = errno;
    const char *parts[] = {"tally: cannot start ", sandbox->commands[index][0],
                           reason == ENOENT ? ": there is no such program in the sandbox\n"
                                            : ": it is no program that can run here\n"};
    for (int i = 0; i < 3; i++) {
        if (write(2, parts[i], strlen(parts[i])) < 0) break;
    }
    _exit(reason == ENOENT ? 127 : 126);
}

// Waits for one process, and for orphans on the way, whose parent this one is.
static int wait_for(pid_t process) {
    int status;
    while (1) {
        pid_t ended = waitpid(-1, &status, 0);
        if (ended == process) return status;
        if (ended < 0 && errno != EINTR) return -1;
    }
}

// Closes what the maker has open, but for the two that are needed.
static void close_others(const struct tally_sandbox *sandbox) {
    int low = sandbox->control < sandbox->log ? sandbox->control : sandbox->log;
    int high = sandbox->control < sandbox->log ? sandbox->log : sandbox->control;
    if (low > 3) syscall(SYS_close_range, 3, low - 1, 0);
    if (high > low + 1) syscall(SYS_close_range, low + 1, high - 1, 0);
    syscall(SYS_close_range, high + 1, ~0U, 0);
}

// Ends whatever is left, daemons too, and says how many they were.
static int end_all(void) {
    int count = 0;
    kill(-1, SIGKILL);
    while (1) {
        int status;
        pid_t ended = waitpid(-1, &status, 0);
        if (ended > 0) count += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
        else if (errno != EINTR) return count;
    }
}

static pid_t start_process(void) { return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }

static _Noreturn void serve(const struct tally_sandbox *sandbox) {
    char go;
    if (recv(sandbox->control, &go, 1, 0) != 1) _exit(0);
    // Nothing that runs from now on may look into this process, which is a copy of its maker.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    for (uint32_t i = 0; i < sandbox->skipped_processes; i++) {
        // Without a copy of the maker's memory, which may be large.
        pid_t process = vfork();
        if (process == 0) _exit(0);
        if (process > 0) wait_for(process);
    }
    struct tally_message result = {.step = TALLY_STEP_FINISHED, .index = -1};
    for (int i = 0; i < sandbox->command_count; i++) {
        pid_t process = start_process();
        if (process == 0) run_command(sandbox, i);
        result.index = i;
        result.status = process > 0 ? wait_for(process) : 126 << 8;
        if (result.status != 0) break;
    }
    result.leftover = end_all();
    close(sandbox->log);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    tally_sandbox_send(sandbox->control, result, -1);
    // Its files can be read until the maker has seen enough.
    while (recv(sandbox->control, &go, 1, 0) > 0) {
    }
    _exit(0);
}

static _Noreturn void be_first(
    const struct tally_sandbox *sandbox, int is_root, uid_t user, gid_t group) {
    // The maker's death ends this process, and with it every other one here.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) fail(sandbox, TALLY_STEP_NAMESPACES, 0);
    reset_signals();
    close_others(sandbox);
    if (!is_root && map_user(sandbox, user, group)) fail(sandbox, TALLY_STEP_IDENTITY, 0);
    make_mounts(sandbox);
    if (sethostname(sandbox->hostname, strlen(sandbox->hostname)) ||
        setdomainname(sandbox->domainname, strlen(sandbox->domainname))) {
        fail(sandbox, TALLY_STEP_HOSTNAME, 0);
    }
    raise_loopback(sandbox);
    if (is_root) leave_root(sandbox);
    set_limits(sandbox);
    drop_capabilities(sandbox);
    // Cleared when the user changed.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) fail(sandbox, TALLY_STEP_NAMESPACES, 1);
    int listener = tally_filter_install(sandbox->allows_loopback, sandbox->watches_files);
    if (listener < 0) fail(sandbox, TALLY_STEP_SECCOMP, 0);
    struct tally_message ready = {.step = TALLY_STEP_READY};
    if (tally_sandbox_send(sandbox->control, ready, listener)) _exit(1);
    close(listener);
    serve(sandbox);
}

// MARK: The maker's side

pid_t tally_sandbox_start(const struct tally_sandbox *sandbox) {
    uid_t user = geteuid();
    gid_t group = getegid();
    int is_root = user == 0;
    unsigned long flags = SIGCHLD | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS |
                          CLONE_NEWIPC | CLONE_NEWCGROUP | (is_root ? 0 : CLONE_NEWUSER);
    // Signals wait until the child has given up this process's handlers.
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t process = (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
    if (process == 0) be_first(sandbox, is_root, user, group);
    int reason = errno;
    pthread_sigmask(SIG_SETMASK, &old, 0);
    errno = reason;
    return process;
}
