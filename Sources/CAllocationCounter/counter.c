#include "CAllocationCounter.h"

#include <errno.h>
#include <stddef.h>

// glibc keeps its allocator reachable under these names for programs that replace the public ones.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

// The programs that link this have one thread; a second one could at worst lose a count.
static uint64_t allocations;

static void count(void) {
    uint64_t value = __atomic_load_n(&allocations, __ATOMIC_RELAXED);
    __atomic_store_n(&allocations, value + 1, __ATOMIC_RELAXED);
}

uint64_t enigm_allocation_count(void) { return __atomic_load_n(&allocations, __ATOMIC_RELAXED); }

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count();
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    count();
    void *allocated = __libc_memalign(alignment, size);
    if (allocated == NULL) return ENOMEM;
    *memory = allocated;
    return 0;
}

void free(void *memory) { __libc_free(memory); }
