#define _GNU_SOURCE
#include "CLinux.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

int enigm_count_tracepoint(int thread, uint64_t tracepoint) {
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_TRACEPOINT, .size = sizeof attributes, .config = tracepoint};
    return (int)syscall(SYS_perf_event_open, &attributes, thread, -1, -1, PERF_FLAG_FD_CLOEXEC);
}
