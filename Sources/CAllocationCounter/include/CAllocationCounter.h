// Counts what the whole program allocates. Linking this target replaces malloc and its kin by wrappers around
// glibc's own: for benchmarks only.
#pragma once

#include <stdint.h>

/// How many times memory has been allocated since the start of the program, by whatever library.
uint64_t enigm_allocation_count(void);
