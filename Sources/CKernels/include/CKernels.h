#ifndef TALLY_CKERNELS_H
#define TALLY_CKERNELS_H

#include <stddef.h>
#include <sys/types.h>

/// The index of the first byte at which `left` and `right` differ, or `count` if none does.
/// Either pointer may be null when `count` is 0.
size_t tally_first_difference(const void *left, const void *right, size_t count);

/// `lgetxattr(2)`, which the C library's Swift module leaves out.
ssize_t tally_get_attribute(const char *path, const char *name, void *value, size_t size);

/// `llistxattr(2)`, likewise.
ssize_t tally_list_attributes(const char *path, char *list, size_t size);

#endif
