#include "CLauncher.h"

#include <malloc.h>

void tally_keep_blocks(void) {
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
}
