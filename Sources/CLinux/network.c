#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/un.h>
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

// The question's name begins behind the header. The way through its labels finds the end; words of four bytes with the
// case folded, up to it and as many as count, and the last four bytes, make the hash. A name that is too short or has too
// many labels, and whatever is no question, goes to the first socket: loads beyond the packet end the program with 0.
int enigm_steer_by_name(int descriptor, uint32_t count) {
    enum { NAME = 12, END = 0, HASH = 1, LABEL_STEPS = 5, WORD_STEPS = 8, SIZE = 5 * ENIGM_STEERING_LABELS + 8 * ENIGM_STEERING_WORDS + 32 };
    struct sock_filter program[SIZE];
    unsigned short length = 0;
#define STEP(code, k) program[length++] = (struct sock_filter)BPF_STMT(code, k)
#define JUMP(code, k, yes, no) program[length++] = (struct sock_filter)BPF_JUMP(code, k, yes, no)
    STEP(BPF_LDX | BPF_IMM, NAME);
    for (int label = 0; label < ENIGM_STEERING_LABELS; label++) {
        int rest = LABEL_STEPS * (ENIGM_STEERING_LABELS - label) - 2;
        STEP(BPF_LD | BPF_B | BPF_IND, 0);
        JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, (unsigned char)(rest + 1), 0);
        STEP(BPF_ALU | BPF_ADD | BPF_X, 0);
        STEP(BPF_ALU | BPF_ADD | BPF_K, 1);
        STEP(BPF_MISC | BPF_TAX, 0);
    }
    STEP(BPF_RET | BPF_K, 0);
    STEP(BPF_MISC | BPF_TXA, 0);
    JUMP(BPF_JMP | BPF_JGE | BPF_K, NAME + 4, 1, 0);
    STEP(BPF_RET | BPF_K, 0);
    STEP(BPF_ST, END);
    STEP(BPF_LDX | BPF_IMM, ENIGM_STEERING_BASIS);
    for (uint32_t word = 0; word < ENIGM_STEERING_WORDS; word++) {
        uint32_t rest = WORD_STEPS * (ENIGM_STEERING_WORDS - word) - 3;
        STEP(BPF_LD | BPF_MEM, END);
        JUMP(BPF_JMP | BPF_JGE | BPF_K, NAME + 4 * (word + 1), 1, 0);
        STEP(BPF_JMP | BPF_JA, rest);
        STEP(BPF_LD | BPF_W | BPF_ABS, NAME + 4 * word);
        STEP(BPF_ALU | BPF_OR | BPF_K, 0x20202020);
        STEP(BPF_ALU | BPF_XOR | BPF_X, 0);
        STEP(BPF_ALU | BPF_MUL | BPF_K, ENIGM_STEERING_FACTOR);
        STEP(BPF_MISC | BPF_TAX, 0);
    }
    STEP(BPF_STX, HASH);
    STEP(BPF_LD | BPF_MEM, END);
    STEP(BPF_ALU | BPF_SUB | BPF_K, 4);
    STEP(BPF_MISC | BPF_TAX, 0);
    STEP(BPF_LD | BPF_W | BPF_IND, 0);
    STEP(BPF_ALU | BPF_OR | BPF_K, 0x20202020);
    STEP(BPF_LDX | BPF_MEM, HASH);
    STEP(BPF_ALU | BPF_XOR | BPF_X, 0);
    STEP(BPF_ALU | BPF_MUL | BPF_K, ENIGM_STEERING_FACTOR);
    STEP(BPF_ALU | BPF_RSH | BPF_K, 16);
    STEP(BPF_ALU | BPF_MOD | BPF_K, count);
    STEP(BPF_RET | BPF_A, 0);
#undef STEP
#undef JUMP
    struct sock_fprog filter = {.len = length, .filter = program};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &filter, sizeof filter);
}

// MARK: network changes

int enigm_network_monitor(void) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (descriptor < 0) return -1;
    struct sockaddr_nl address = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE
            | RTMGRP_IPV4_RULE | 1u << (RTNLGRP_IPV6_RULE - 1),
    };
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        int saved = errno;
        close(descriptor);
        errno = saved;
        return -1;
    }
    return descriptor;
}

// What a message says does not matter: what became of the routes is asked afterwards. Only the kernel's count.
int enigm_network_news(int descriptor) {
    char message[1];
    int is_news = 0;
    while (1) {
        struct sockaddr_nl sender = {0};
        socklen_t length = sizeof sender;
        ssize_t count = recvfrom(descriptor, message, sizeof message, MSG_TRUNC, (struct sockaddr *)&sender, &length);
        if (count > 0 && sender.nl_pid == 0) is_news = 1;
        if (count < 0 && errno == ENOBUFS) is_news = 1;
        if (count == 0 || (count < 0 && errno != EINTR && errno != ENOBUFS)) return is_news;
    }
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

int enigm_send_unix_datagram(const char *path, const char *text, size_t count, int passed) {
    struct sockaddr_un address;
    socklen_t length;
    if (unix_address(&address, &length, path) != 0) return -1;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    struct iovec vector = {.iov_base = (void *)text, .iov_len = count};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof passed)];
    } control = {0};
    struct msghdr message = {.msg_name = &address, .msg_namelen = length, .msg_iov = &vector, .msg_iovlen = 1};
    if (passed >= 0) {
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof passed);
        memcpy(CMSG_DATA(&control.header), &passed, sizeof passed);
        message.msg_control = &control;
        message.msg_controllen = sizeof control.bytes;
    }
    ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
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
