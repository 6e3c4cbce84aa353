/* SPDX-License-Identifier: Apache-2.0 */
#include "tallysample.h"

const char *tallysample_version(void) { return "1.0"; }

unsigned long tallysample_sum(const struct tallysample_half *half) {
    static const unsigned int worth[] = {1, 12, 240, 4800};
    unsigned long sum = 0;
    for (size_t i = 0; i < half->count; i++)
        sum += worth[half->notches[i] % 4];
    return sum;
}

int tallysample_match(const struct tallysample_half *stock, const struct tallysample_half *foil) {
    if (stock->count != foil->count)
        return 0;
    for (size_t i = 0; i < stock->count; i++)
        if (stock->notches[i] != foil->notches[i])
            return 0;
    return 1;
}
