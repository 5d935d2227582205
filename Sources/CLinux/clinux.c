#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

// MARK: event loop

_Static_assert(
    ENIGM_READABLE == EPOLLIN && ENIGM_WRITABLE == EPOLLOUT && ENIGM_ERROR == EPOLLERR && ENIGM_HANG_UP == EPOLLHUP
        && ENIGM_PEER_CLOSED == EPOLLRDHUP,
    "mirror of the epoll events");

int enigm_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int epoll_change(int loop, int operation, int descriptor, uint32_t interest, uint64_t token) {
    struct epoll_event event = {.events = interest, .data = {.u64 = token}};
    return epoll_ctl(loop, operation, descriptor, &event);
}

int enigm_epoll_add(int loop, int descriptor, uint32_t interest, uint64_t token) {
    return epoll_change(loop, EPOLL_CTL_ADD, descriptor, interest, token);
}

int enigm_epoll_modify(int loop, int descriptor, uint32_t interest, uint64_t token) {
    return epoll_change(loop, EPOLL_CTL_MOD, descriptor, interest, token);
}

int enigm_epoll_remove(int loop, int descriptor) { return epoll_ctl(loop, EPOLL_CTL_DEL, descriptor, NULL); }

int enigm_epoll_wait(int loop, struct enigm_event *events, int capacity, int is_waiting) {
    struct epoll_event ready[ENIGM_EVENT_CAPACITY];
    if (capacity > ENIGM_EVENT_CAPACITY) capacity = ENIGM_EVENT_CAPACITY;
    int count = epoll_wait(loop, ready, capacity, is_waiting ? -1 : 0);
    for (int i = 0; i < count; i++) {
        events[i].token = ready[i].data.u64;
        events[i].readiness = ready[i].events;
    }
    return count;
}

int enigm_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int enigm_timer_create(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK); }

int enigm_epoll_add_timer(int loop, int timer, uint64_t token) {
    return epoll_change(loop, EPOLL_CTL_ADD, timer, EPOLLIN | EPOLLET, token);
}

int enigm_timer_set(int timer, uint64_t nanoseconds) {
    struct itimerspec moment = {
        .it_value = {.tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000)}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &moment, NULL);
}

// MARK: signals, processes, files

int enigm_signalfd(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    int failure = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (failure != 0) {
        errno = failure;
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int enigm_signal_next(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

// Between fork and exec only async-signal-safe calls: other threads' locks are frozen in the child.
int enigm_open(const char *path, int flags, uint32_t mode) { return open(path, flags | O_CLOEXEC, (mode_t)mode); }

int enigm_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int64_t enigm_getrandom(void *bytes, size_t count) { return getrandom(bytes, count, 0); }

// Linux 6.3's; without it a file in memory can be executed, and a newer kernel says so in its log.
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

int enigm_memory_file(const char *name) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    if (descriptor < 0 && errno == EINVAL) descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return descriptor;
}

static const int unchangeable = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

int enigm_seal(int descriptor) { return fcntl(descriptor, F_ADD_SEALS, unchangeable | F_SEAL_SEAL); }

int enigm_is_sealed(int descriptor) {
    int seals = fcntl(descriptor, F_GET_SEALS);
    return seals >= 0 && (seals & unchangeable) == unchangeable;
}

// Private mappings of files that are not writable, and never were: what the loader relocated lies in writable segments.
static int release_object(struct dl_phdr_info *object, size_t size, void *page_mask) {
    (void)size;
    uintptr_t mask = *(uintptr_t *)page_mask;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~mask;
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~mask;
        // The vDSO is no file, and answers EINVAL.
        if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void enigm_release_code(void) {
    uintptr_t mask = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    dl_iterate_phdr(release_object, &mask);
}

const char *enigm_error_text(int number) {
    const char *text = strerrordesc_np(number);
    return text ? text : "unknown error";
}

// MARK: lock-down

static int capability_header(struct __user_cap_header_struct *header) {
    memset(header, 0, sizeof *header);
    header->version = _LINUX_CAPABILITY_VERSION_3;
    return 0;
}

// The bounding set needs CAP_SETPCAP to shrink, so it goes first; without the right, no_new_privs holds instead.
int enigm_keep_capabilities(uint64_t kept) {
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
        if (capability < 64 && kept >> capability & 1) continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EPERM) break;
    }
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL) return -1;
    struct __user_cap_header_struct header;
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    capability_header(&header);
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    for (int half = 0; half < _LINUX_CAPABILITY_U32S_3; half++) {
        uint32_t mask = (uint32_t)(kept >> (32 * half));
        data[half].permitted &= mask;
        data[half].effective = data[half].permitted;
        data[half].inheritable = 0;
    }
    return (int)syscall(SYS_capset, &header, data);
}

int enigm_effective_capabilities(uint64_t *capabilities) {
    struct __user_cap_header_struct header;
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    capability_header(&header);
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    *capabilities = (uint64_t)data[1].effective << 32 | data[0].effective;
    return 0;
}

int enigm_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int enigm_forbid_dumps(void) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// MARK: threads

struct thread_start {
    void (*body)(void *);
    void *context;
};

static void *run_thread(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int enigm_thread_start(uint64_t *thread, void (*body)(void *), void *context) {
    struct thread_start *start = malloc(sizeof *start);
    if (!start) return -1;
    start->body = body;
    start->context = context;
    pthread_t identifier;
    int failure = pthread_create(&identifier, NULL, run_thread, start);
    if (failure != 0) {
        free(start);
        errno = failure;
        return -1;
    }
    *thread = (uint64_t)identifier;
    return 0;
}

int enigm_thread_join(uint64_t thread) {
    int failure = pthread_join((pthread_t)thread, NULL);
    errno = failure;
    return failure ? -1 : 0;
}
