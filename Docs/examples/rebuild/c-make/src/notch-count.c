#include "notch.h"

unsigned notches(unsigned long sum) {
    unsigned count = 0;
    for (; sum > 0; sum /= 10) count += (unsigned)(sum % 10);
    return count;
}
