#include <stdio.h>
#include <stdlib.h>

#include "notch.h"

int main(int count, char **words) {
    if (count == 2) return printf("%u\n", notches(strtoul(words[1], 0, 10))) < 0;
    return count == 3 ? !tallies(words[1], words[2]) : 64;
}
