#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// MARK: addresses

static uint64_t load_half(const uint8_t *bytes) {
    uint64_t half = 0;
    for (int i = 0; i < 8; i++) half = half << 8 | bytes[i];
    return half;
}

static void store_half(uint8_t *bytes, uint64_t half) {
    for (int i = 7; i >= 0; i--, half >>= 8) bytes[i] = (uint8_t)half;
}

socklen_t enigm_store_endpoint(struct sockaddr_in6 *storage, struct enigm_endpoint endpoint) {
    memset(storage, 0, sizeof *storage);
    if (endpoint.family == 4) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
        v4->sin_family = AF_INET;
        v4->sin_port = htons(endpoint.port);
        v4->sin_addr.s_addr = htonl((uint32_t)endpoint.low);
        return sizeof *v4;
    }
    storage->sin6_family = AF_INET6;
    storage->sin6_port = htons(endpoint.port);
    storage->sin6_scope_id = endpoint.scope;
    store_half(storage->sin6_addr.s6_addr, endpoint.high);
    store_half(storage->sin6_addr.s6_addr + 8, endpoint.low);
    return sizeof *storage;
}

struct enigm_endpoint enigm_load_endpoint(const struct sockaddr_in6 *storage) {
    struct enigm_endpoint endpoint = {0};
    if (storage->sin6_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)storage;
        endpoint.family = 4;
        endpoint.port = ntohs(v4->sin_port);
        endpoint.low = ntohl(v4->sin_addr.s_addr);
    } else if (storage->sin6_family == AF_INET6) {
        endpoint.family = 6;
        endpoint.port = ntohs(storage->sin6_port);
        endpoint.scope = storage->sin6_scope_id;
        endpoint.high = load_half(storage->sin6_addr.s6_addr);
        endpoint.low = load_half(storage->sin6_addr.s6_addr + 8);
    }
    return endpoint;
}

// MARK: datagram batches

_Static_assert(sizeof(struct enigm_message) == sizeof(struct mmsghdr), "mirror of mmsghdr");
_Static_assert(offsetof(struct enigm_message, header) == offsetof(struct mmsghdr, msg_hdr), "mirror of mmsghdr");
_Static_assert(offsetof(struct enigm_message, byte_count) == offsetof(struct mmsghdr, msg_len), "mirror of mmsghdr");
_Static_assert(
    CMSG_SPACE(sizeof(struct in6_pktinfo)) <= ENIGM_CONTROL_BYTES && CMSG_SPACE(sizeof(struct in_pktinfo)) <= ENIGM_CONTROL_BYTES,
    "one packet-info message fits");

int enigm_recvmmsg(int descriptor, struct enigm_message *messages, unsigned int count) {
    return recvmmsg(descriptor, (struct mmsghdr *)messages, count, MSG_DONTWAIT, NULL);
}

int enigm_sendmmsg(int descriptor, struct enigm_message *messages, unsigned int count) {
    return sendmmsg(descriptor, (struct mmsghdr *)messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
}

struct enigm_endpoint enigm_local_address(const struct msghdr *header) {
    struct enigm_endpoint local = {0};
    struct msghdr *mutable_header = (struct msghdr *)header;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(mutable_header); c; c = CMSG_NXTHDR(mutable_header, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            local.family = 4;
            local.low = ntohl(info.ipi_addr.s_addr);
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            local.family = 6;
            local.high = load_half(info.ipi6_addr.s6_addr);
            local.low = load_half(info.ipi6_addr.s6_addr + 8);
        }
    }
    return local;
}

// No interface index: the kernel routes by destination, only the source address is pinned.
void enigm_set_source(struct msghdr *header, struct enigm_endpoint source) {
    struct cmsghdr *c = header->msg_control;
    if (source.family == 4) {
        struct in_pktinfo info = {0};
        info.ipi_spec_dst.s_addr = htonl((uint32_t)source.low);
        c->cmsg_level = IPPROTO_IP;
        c->cmsg_type = IP_PKTINFO;
        c->cmsg_len = CMSG_LEN(sizeof info);
        memcpy(CMSG_DATA(c), &info, sizeof info);
        header->msg_controllen = CMSG_SPACE(sizeof info);
    } else {
        struct in6_pktinfo info = {0};
        store_half(info.ipi6_addr.s6_addr, source.high);
        store_half(info.ipi6_addr.s6_addr + 8, source.low);
        c->cmsg_level = IPPROTO_IPV6;
        c->cmsg_type = IPV6_PKTINFO;
        c->cmsg_len = CMSG_LEN(sizeof info);
        memcpy(CMSG_DATA(c), &info, sizeof info);
        header->msg_controllen = CMSG_SPACE(sizeof info);
    }
}

int enigm_enable_packet_info(int descriptor, int family) {
    return family == 4 ? enigm_set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1)
                       : enigm_set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

// MARK: sockets

int enigm_accept(int descriptor, struct sockaddr_in6 *peer) {
    socklen_t length = sizeof *peer;
    memset(peer, 0, sizeof *peer);
    return accept4(descriptor, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int enigm_accept_unix(int descriptor) {
    return accept4(descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int enigm_bind(int descriptor, struct enigm_endpoint endpoint) {
    struct sockaddr_in6 storage;
    socklen_t length = enigm_store_endpoint(&storage, endpoint);
    return bind(descriptor, (struct sockaddr *)&storage, length);
}

int enigm_connect(int descriptor, struct enigm_endpoint endpoint) {
    struct sockaddr_in6 storage;
    socklen_t length = enigm_store_endpoint(&storage, endpoint);
    return connect(descriptor, (struct sockaddr *)&storage, length);
}

struct enigm_endpoint enigm_local_endpoint(int descriptor) {
    struct sockaddr_in6 storage = {0};
    socklen_t length = sizeof storage;
    if (getsockname(descriptor, (struct sockaddr *)&storage, &length) != 0) return (struct enigm_endpoint){0};
    return enigm_load_endpoint(&storage);
}

static int unix_address(struct sockaddr_un *address, socklen_t *length, const char *path) {
    size_t count = strlen(path);
    if (count == 0 || count >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, count);
    if (path[0] == '@') address->sun_path[0] = 0;
    *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + count + (path[0] == '@' ? 0 : 1));
    return 0;
}

int enigm_unix_path_capacity(void) {
    return (int)sizeof ((struct sockaddr_un *)0)->sun_path - 1;
}

int enigm_bind_unix(int descriptor, const char *path) {
    struct sockaddr_un address;
    socklen_t length;
    if (unix_address(&address, &length, path) != 0) return -1;
    return bind(descriptor, (struct sockaddr *)&address, length);
}

int enigm_connect_unix(int descriptor, const char *path) {
    struct sockaddr_un address;
    socklen_t length;
    if (unix_address(&address, &length, path) != 0) return -1;
    return connect(descriptor, (struct sockaddr *)&address, length);
}

int enigm_send_unix_datagram(const char *path, const char *text, size_t count) {
    struct sockaddr_un address;
    socklen_t length;
    if (unix_address(&address, &length, path) != 0) return -1;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    ssize_t sent = sendto(descriptor, text, count, MSG_NOSIGNAL, (struct sockaddr *)&address, length);
    int saved = errno;
    close(descriptor);
    errno = saved;
    return sent < 0 ? -1 : 0;
}

int enigm_set_option(int descriptor, int level, int name, int value) {
    return setsockopt(descriptor, level, name, &value, sizeof value);
}

int enigm_get_option(int descriptor, int level, int name, int *value) {
    socklen_t length = sizeof *value;
    return getsockopt(descriptor, level, name, value, &length);
}

int enigm_peer_credentials(int descriptor, int32_t *process, uint32_t *user, uint32_t *group) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
    *process = credentials.pid;
    *user = credentials.uid;
    *group = credentials.gid;
    return 0;
}

int enigm_peer_groups(int descriptor, uint32_t *groups, int capacity) {
    socklen_t length = (socklen_t)((size_t)capacity * sizeof *groups);
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &length) != 0) return -1;
    return (int)(length / sizeof *groups);
}

int enigm_socket_kind(int descriptor, int *type, int *is_listening) {
    if (enigm_get_option(descriptor, SOL_SOCKET, SO_TYPE, type) != 0) return -1;
    if (enigm_get_option(descriptor, SOL_SOCKET, SO_ACCEPTCONN, is_listening) != 0) *is_listening = 0;
    return 0;
}

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

// epoll_pwait2 takes nanoseconds; where the kernel lacks it, milliseconds are rounded up so that no timer spins.
int enigm_epoll_wait(int loop, struct enigm_event *events, int capacity, int64_t nanoseconds) {
    struct epoll_event ready[ENIGM_EVENT_CAPACITY];
    if (capacity > ENIGM_EVENT_CAPACITY) capacity = ENIGM_EVENT_CAPACITY;
    struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    int count = epoll_pwait2(loop, ready, capacity, nanoseconds < 0 ? NULL : &limit, NULL);
    if (count < 0 && errno == ENOSYS) {
        int64_t milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999999) / 1000000;
        count = epoll_wait(loop, ready, capacity, milliseconds > 86400000 ? 86400000 : (int)milliseconds);
    }
    for (int i = 0; i < count; i++) {
        events[i].token = ready[i].data.u64;
        events[i].readiness = ready[i].events;
    }
    return count;
}

int enigm_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

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
