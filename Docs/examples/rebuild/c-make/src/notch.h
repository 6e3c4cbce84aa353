#pragma once

/// How many notches a tally of this sum has: one per power of ten.
unsigned notches(unsigned long sum);

/// Whether two halves of a stick agree.
int tallies(const char *left, const char *right);
