#ifndef TALLY_CLAUNCHER_H
#define TALLY_CLAUNCHER_H

#include "CSandbox.h"

#include <spawn.h>

/// What a confinement achieved, as bits of the result of `tally_confine`.
enum {
    TALLY_CONFINED_SECCOMP = 1,
    TALLY_CONFINED_LANDLOCK = 2,
};

/// Confines the calling process for good, before it reads its first hostile byte: no new
/// privileges, no new files, no network, no new programs or processes; at most `memory` bytes of
/// address space and `seconds` of processor time. Landlock and seccomp are used where the kernel
/// has them. Returns the bits above, or -1 if not even the limits could be set.
int tally_confine(unsigned long memory, unsigned long seconds);

/// From now on the first SIGINT, SIGTERM or SIGHUP does not end the process, but is taken note of; with 0,
/// they end it again.
void tally_watch_signals(int watches);

/// The latest of those signals that came; 0 for none.
int tally_received_signal(void);

/// The number of words on the command line, the program's name among them.
int tally_argument_count(void);

/// A word of the command line.
const char *tally_argument(int index);

/// The path by which the kernel started this program.
const char *tally_program(void);

/// The environment, ended by a null pointer.
char **tally_environment(void);

/// A new file in memory, without a name, closed in programs that are started; or -1 (`errno`).
int tally_memory_file(void);

/// Opens what is at `path` below `folder`, both open and existing: nothing is followed out of the
/// folder, and no symbolic link at all, whoever moves things meanwhile. Returns -1 on failure
/// (`errno`; `ENOSYS` before Linux 5.6).
int tally_open_beneath(int folder, const char *path, int flags);

/// A pipe, the end to read first, closed in programs that are started. Returns -1 on failure (`errno`).
int tally_pipe(int ends[2]);

/// Lets a program that is about to be started begin in `folder`. Returns an error number, or 0.
int tally_spawn_in(posix_spawn_file_actions_t *actions, const char *folder);

/// Closes `first` and all descriptors above in a program that is about to be started. Returns an error
/// number, or 0.
int tally_spawn_closing(posix_spawn_file_actions_t *actions, int first);

/// Starts a program, for which `PATH` is searched as a shell would, with every signal as usual.
/// `environment` may be null: then it is this program's own. Returns an error number, or 0.
int tally_spawn(pid_t *child, char *const *words, char *const *environment,
                const posix_spawn_file_actions_t *actions);

/// Lets the allocator keep freed blocks of up to 4 MiB instead of giving each back to the kernel.
/// Chunks are that size; faulting their pages in anew costs twice what reading and comparing does.
void tally_keep_blocks(void);

#endif
