// The least a forwarder can do between UDP and DNS over TLS: number each query, put all that wait into one record,
// number the answers back. One connection, whose server is verified; without it the program ends.
#define _GNU_SOURCE
#include "answer.h"
#include "reference.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

enum { BATCH = 64, RECORD = 16000, FRAME = QUERY_MAXIMUM + 2 };

static uint8_t queries[BATCH][QUERY_MAXIMUM], sending[BATCH * FRAME], arriving[1 << 17];
static size_t unsent, unread;
static struct sockaddr_in clients[BATCH];
static struct iovec query_parts[BATCH], answer_parts[BATCH];
static struct mmsghdr received[BATCH], outgoing[BATCH];

/// Who asked, and under which id, by the id that the upstream sees.
static struct {
    struct sockaddr_in client;
    uint8_t identifier[2];
} asked[1 << 16];

static SSL *connected(uint16_t port, const char *authority, const char *name) {
    struct sockaddr_in address = loopback(port);
    int descriptor = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect to the upstream");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    errno = 0;
    if (!SSL_CTX_load_verify_locations(context, authority, NULL)) fail(authority);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL *tls = SSL_new(context);
    SSL_set_tlsext_host_name(tls, name);
    SSL_set1_host(tls, name);
    SSL_set_fd(tls, descriptor);
    if (SSL_connect(tls) != 1) fail("TLS handshake with the upstream");
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    return tls;
}

static void prepare(void) {
    for (int i = 0; i < BATCH; i++) {
        query_parts[i] = (struct iovec){queries[i], QUERY_MAXIMUM};
        received[i].msg_hdr = (struct msghdr){.msg_name = &clients[i], .msg_iov = &query_parts[i], .msg_iovlen = 1};
        outgoing[i].msg_hdr = (struct msghdr){
            .msg_namelen = sizeof(struct sockaddr_in), .msg_iov = &answer_parts[i], .msg_iovlen = 1};
    }
}

static void take_queries(int socket) {
    static uint16_t next;
    for (int i = 0; i < BATCH; i++) received[i].msg_hdr.msg_namelen = sizeof clients[i];
    int count = recvmmsg(socket, received, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
        size_t length = received[i].msg_len;
        if (length < 12) continue;
        uint8_t *frame = sending + unsent;
        asked[next].client = clients[i];
        memcpy(asked[next].identifier, queries[i], 2);
        frame[0] = (uint8_t)(length >> 8), frame[1] = (uint8_t)length;
        memcpy(frame + 2, queries[i], length);
        frame[2] = (uint8_t)(next >> 8), frame[3] = (uint8_t)next;
        unsent += length + 2;
        next++;
    }
}

static void send_queries(SSL *tls) {
    size_t sent = 0;
    while (sent < unsent) {
        size_t left = unsent - sent;
        int count = SSL_write(tls, sending + sent, left > RECORD ? RECORD : (int)left);
        if (count > 0) sent += (size_t)count;
        else if (SSL_get_error(tls, count) == SSL_ERROR_WANT_WRITE) break;
        else fail("write to the upstream");
    }
    memmove(sending, sending + sent, unsent - sent);
    unsent -= sent;
}

/// Sends every whole answer among the bytes that have arrived, a batch to a call.
static void give_answers(int socket) {
    size_t at = 0;
    while (unread - at >= 2) {
        int count = 0;
        for (; count < BATCH && unread - at >= 2; count++) {
            size_t length = (size_t)(arriving[at] << 8 | arriving[at + 1]);
            if (unread - at < length + 2) break;
            uint8_t *message = arriving + at + 2;
            unsigned number = (unsigned)(message[0] << 8 | message[1]);
            memcpy(message, asked[number].identifier, 2);
            answer_parts[count] = (struct iovec){message, length};
            outgoing[count].msg_hdr.msg_name = &asked[number].client;
            at += length + 2;
        }
        if (count == 0) break;
        sendmmsg(socket, outgoing, (unsigned)count, 0);
    }
    memmove(arriving, arriving + at, unread - at);
    unread -= at;
}

static void take_answers(SSL *tls, int socket) {
    for (;;) {
        int count = SSL_read(tls, arriving + unread, (int)(sizeof arriving - unread));
        if (count <= 0) {
            if (SSL_get_error(tls, count) != SSL_ERROR_WANT_READ) fail("read from the upstream");
            return;
        }
        unread += (size_t)count;
        give_answers(socket);
    }
}

void serve_forwarder(uint16_t port, uint16_t upstream_port, const char *authority, const char *name) {
    SSL *tls = connected(upstream_port, authority, name);
    struct sockaddr_in address = loopback(port);
    int socket = bound_socket(SOCK_DGRAM | SOCK_NONBLOCK, &address);
    if (socket < 0) fail("listen");
    prepare();
    for (;;) {
        short wanted = POLLIN | (unsent ? POLLOUT : 0);
        struct pollfd ready[2] = {{socket, unsent ? 0 : POLLIN, 0}, {SSL_get_fd(tls), wanted, 0}};
        poll(ready, 2, -1);
        if (ready[0].revents) take_queries(socket);
        if (unsent) send_queries(tls);
        if (ready[1].revents) take_answers(tls, socket);
    }
}
