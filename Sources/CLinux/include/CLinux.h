// The kernel's interfaces that Swift's Glibc module does not show, mostly because they need _GNU_SOURCE.
// _GNU_SOURCE must not be defined here: it would change struct layouts under the Glibc module's feet.
// It is defined in the .c files, which alone see the GNU declarations.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
