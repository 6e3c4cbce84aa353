/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TALLYSAMPLE_H
#define TALLYSAMPLE_H

#include <stddef.h>

/* The two halves of a split stick: the same notches, cut across both. */
struct tallysample_half {
    const unsigned char *notches;
    size_t count;
};

/* The library's version, as "1.0". */
const char *tallysample_version(void);

/* The sum that the notches of a half stand for. */
unsigned long tallysample_sum(const struct tallysample_half *half);

/* 1 when the halves tally, 0 when they do not. */
int tallysample_match(const struct tallysample_half *stock, const struct tallysample_half *foil);

#endif
