#ifndef TALLY_CKERNELS_H
#define TALLY_CKERNELS_H

#include <stddef.h>

/// The index of the first byte at which `left` and `right` differ, or `count` if none does.
/// Either pointer may be null when `count` is 0.
size_t tally_first_difference(const void *left, const void *right, size_t count);

#endif
