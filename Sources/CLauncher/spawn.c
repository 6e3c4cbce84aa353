#define _GNU_SOURCE
#include "CLauncher.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

int tally_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int tally_spawn_in(posix_spawn_file_actions_t *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int tally_spawn_closing(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int tally_spawn(pid_t *child, char *const *words, char *const *environment,
                const posix_spawn_file_actions_t *actions) {
    posix_spawnattr_t attributes;
    int error = posix_spawnattr_init(&attributes);
    if (error) return error;
    // This program ignores SIGPIPE, which is no business of another.
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    error = posix_spawnp(
        child, words[0], actions, &attributes, words, environment ? environment : tally_environment());
    posix_spawnattr_destroy(&attributes);
    return error;
}
