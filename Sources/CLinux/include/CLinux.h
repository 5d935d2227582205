// The kernel's interfaces that Swift's Glibc module does not show, mostly because they need _GNU_SOURCE.
// _GNU_SOURCE must not be defined here: it would change struct layouts under the Glibc module's feet.
// It is defined in the .c files, which alone see the GNU declarations.
//
// Every function answers like the call it stands for: -1 and errno when it failed, unless written otherwise.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

// MARK: addresses

/// An address and a port in host order. An IPv4 address stands in `low`.
struct enigm_endpoint {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
    /// 4, 6, or 0 for neither.
    uint8_t family;
};

/// Socket addresses of both families are kept in a sockaddr_in6, the larger of the two.
socklen_t enigm_store_endpoint(struct sockaddr_in6 *storage, struct enigm_endpoint endpoint);
struct enigm_endpoint enigm_load_endpoint(const struct sockaddr_in6 *storage);

// MARK: datagram batches

/// struct mmsghdr, which only _GNU_SOURCE shows. clinux.c asserts that the layouts are equal.
struct enigm_message {
    struct msghdr header;
    unsigned int byte_count;
};

/// Room for one packet-info control message of either family.
#define ENIGM_CONTROL_BYTES 64

int enigm_recvmmsg(int descriptor, struct enigm_message *messages, unsigned int count);
int enigm_sendmmsg(int descriptor, struct enigm_message *messages, unsigned int count);
/// The address a datagram was sent to, from its control messages; family 0 when there is none.
struct enigm_endpoint enigm_local_address(const struct msghdr *header);
/// Writes the control message that makes `source` the source address, and sets the header's control length.
void enigm_set_source(struct msghdr *header, struct enigm_endpoint source);
/// Makes datagrams carry the address they were sent to.
int enigm_enable_packet_info(int descriptor, int family);

/// Lets the kernel give each datagram of a group (SO_REUSEPORT) to the one of its first `count` sockets that the name of
/// the DNS question in it chooses; `descriptor` is any of the group.
int enigm_steer_by_name(int descriptor, uint32_t count);

// The parts of the choice, which user space makes with the same numbers.
#define ENIGM_STEERING_BASIS 0x811C9DC5u
#define ENIGM_STEERING_FACTOR 0x9E3779B1u
#define ENIGM_STEERING_WORDS 16
#define ENIGM_STEERING_LABELS 40

// MARK: network changes

/// A netlink socket that is told of links, addresses, routes and rules coming and going.
int enigm_network_monitor(void);
/// Reads all news: 1 when there were some, or some were lost, and 0 when there were none.
int enigm_network_news(int descriptor);

// MARK: sockets

int enigm_accept(int descriptor, struct sockaddr_in6 *peer);
int enigm_accept_unix(int descriptor);
int enigm_bind(int descriptor, struct enigm_endpoint endpoint);
int enigm_connect(int descriptor, struct enigm_endpoint endpoint);
struct enigm_endpoint enigm_local_endpoint(int descriptor);
int enigm_bind_unix(int descriptor, const char *path);
int enigm_connect_unix(int descriptor, const char *path);
/// An abstract path starts with '@'. One datagram, from a fresh socket, and a descriptor with it unless that is -1; EAGAIN
/// where the receiver's queue is full.
int enigm_send_unix_datagram(const char *path, const char *text, size_t length, int passed);
int enigm_unix_path_capacity(void);
int enigm_set_option(int descriptor, int level, int name, int value);
int enigm_get_option(int descriptor, int level, int name, int *value);
int enigm_peer_credentials(int descriptor, int32_t *process, uint32_t *user, uint32_t *group);
/// The supplementary groups of the peer: how many, at most `capacity`.
int enigm_peer_groups(int descriptor, uint32_t *groups, int capacity);
/// Whether a descriptor is a listening stream socket, or a datagram socket, of an internet family.
int enigm_socket_kind(int descriptor, int *type, int *is_listening);

// MARK: event loop

struct enigm_event {
    uint64_t token;
    uint32_t readiness;
};

// EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLRDHUP.
#define ENIGM_READABLE 0x001u
#define ENIGM_WRITABLE 0x004u
#define ENIGM_ERROR 0x008u
#define ENIGM_HANG_UP 0x010u
#define ENIGM_PEER_CLOSED 0x2000u

/// How many events one wait can bring.
#define ENIGM_EVENT_CAPACITY 64

int enigm_epoll_create(void);
int enigm_epoll_add(int loop, int descriptor, uint32_t interest, uint64_t token);
int enigm_epoll_modify(int loop, int descriptor, uint32_t interest, uint64_t token);
int enigm_epoll_remove(int loop, int descriptor);
/// Waits until something is ready when `is_waiting`, or else only looks.
int enigm_epoll_wait(int loop, struct enigm_event *events, int capacity, int is_waiting);
int enigm_eventfd(void);
/// A timer of CLOCK_BOOTTIME that is readable once it has rung.
int enigm_timer_create(void);
/// Watches a timer: one event each time it rings, which nobody has to read.
int enigm_epoll_add_timer(int loop, int timer, uint64_t token);
/// Lets it ring once, at `nanoseconds` of its clock.
int enigm_timer_set(int timer, uint64_t nanoseconds);

// MARK: signals, processes, files

/// Blocks `count` signals for this thread and answers a descriptor that tells of them.
int enigm_signalfd(const int *signals, int count);
/// The next signal that a signalfd has; 0 when there is none.
int enigm_signal_next(int descriptor);

struct enigm_spawn {
    const char *path;
    char *const *arguments;
    char *const *environment;
    /// Becomes the child's descriptor 0, 1, 2, 3 ...
    const int *descriptors;
    int descriptor_count;
    /// SIGKILL when the spawning thread ends.
    int dies_with_parent;
    int has_own_session;
    /// A namespace to be in; -1: the caller's.
    int network_namespace;
    /// The user and group to be, and no other group.
    int changes_user;
    uint32_t user;
    uint32_t group;
    /// Where in `environment` the child writes its process id, ENIGM_PID_CAPACITY bytes; or null.
    char *own_identifier;
};

/// Digits of the largest process id, and the null byte.
#define ENIGM_PID_CAPACITY 11

/// The process id. A failed exec is reported here, by its errno.
pid_t enigm_spawn(const struct enigm_spawn *request);
int enigm_pidfd_open(pid_t process);
/// 0: still running. Otherwise `code` is the exit code, or `signal` what killed it.
int enigm_wait(pid_t process, int blocking, int *code, int *signal);
int enigm_open(const char *path, int flags, uint32_t mode);
/// Both ends close on exec.
int enigm_pipe(int ends[2]);
int enigm_unshare(int flags);
int enigm_unshare_user(void);
/// A descriptor of a fresh network namespace, in which nobody is.
int enigm_new_network_namespace(void);
/// Moves this thread into the namespace of a descriptor, of whatever kind.
int enigm_enter_namespace(int descriptor);
int64_t enigm_getrandom(void *bytes, size_t count);
/// A descriptor of a file without a name, in memory, that can be sealed and not executed; `name` is for people.
int enigm_memory_file(const char *name);
/// Makes sure that nobody can change such a file any more.
int enigm_seal(int descriptor);
/// Whether that was done: 1 or 0. Only files in memory can be.
int enigm_is_sealed(int descriptor);
/// Unmaps the pages of the program and its libraries that the kernel can read again from their files: code and constants.
/// They come back one by one as they are used.
void enigm_release_code(void);
int enigm_user_id(const char *name, uint32_t *user);
/// The same, only from /etc/passwd: no library of a name service is loaded.
int enigm_local_user_id(const char *name, uint32_t *user);
int enigm_group_id(const char *name, uint32_t *group);
int enigm_user_name(uint32_t user, char *name, size_t capacity);
int enigm_primary_group(uint32_t user, uint32_t *group);
/// Text of an error number; never null.
const char *enigm_error_text(int number);

// MARK: lock-down

/// Leaves in the effective and permitted capability sets what they have of `kept` (a bit each), in the bounding set
/// `kept`, and nothing in the inheritable and ambient sets.
int enigm_keep_capabilities(uint64_t kept);
int enigm_no_new_privileges(void);
int enigm_forbid_dumps(void);
/// The effective capability set of this thread.
int enigm_effective_capabilities(uint64_t *capabilities);

// MARK: threads

int enigm_thread_start(uint64_t *thread, void (*body)(void *), void *context);
int enigm_thread_join(uint64_t thread);

// MARK: counters

/// Counts from now on how often a thread comes by that tracepoint of the kernel's (perf_event_open(2)): a descriptor, to
/// read the number from as 64 bits.
int enigm_count_tracepoint(int thread, uint64_t tracepoint);

// MARK: processors

/// The processors that this thread may run on, at most `capacity`: how many.
int enigm_allowed_processors(int *numbers, int capacity);
/// Lets this thread, and what it starts from now on, run on these processors only.
int enigm_run_on_processors(const int *numbers, int count);
