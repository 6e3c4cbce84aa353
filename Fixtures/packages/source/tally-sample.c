/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "tallysample.h"

/* Says whether two words, taken as notches, tally. Needs no rights of its own. */
int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: tally-sample STOCK FOIL (libtally-sample %s)\n",
                tallysample_version());
        return 64;
    }
    struct tallysample_half stock = {(const unsigned char *)argv[1], strlen(argv[1])};
    struct tallysample_half foil = {(const unsigned char *)argv[2], strlen(argv[2])};
    int match = tallysample_match(&stock, &foil);
    printf("%s: %lu against %lu\n", match ? "they tally" : "they do not tally",
           tallysample_sum(&stock), tallysample_sum(&foil));
    return match ? 0 : 1;
}
