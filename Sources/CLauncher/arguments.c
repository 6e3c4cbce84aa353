#define _GNU_SOURCE

#include "CLauncher.h"

#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

static int argument_count;
static char **arguments;

// The C library hands the arguments to constructors. Swift's own way reads /proc, and finds no
// arguments at all where that is not mounted: a command line that says nothing must not be obeyed.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}

int tally_argument_count(void) { return argument_count; }

const char *tally_argument(int index) { return arguments[index]; }

const char *tally_program(void) { return (const char *)getauxval(AT_EXECFN); }

char **tally_environment(void) { return environ; }

int tally_memory_file(void) { return memfd_create("tally", MFD_CLOEXEC); }
