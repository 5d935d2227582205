// A server of DNS over TLS, or of DNS over HTTPS, that costs so little that it does not hide what is measured in front of
// it: the answers to all queries that came together leave together.
#define _GNU_SOURCE
#include "upstream.h"
#include "answer.h"
#include "reference.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 64, BACKLOG = 256, RECORD = 16000 };

/// Each protocol's names (RFC 7301), the preferred one first.
static const unsigned char dot[] = "\x03" "dot", https[] = "\x02" "h2" "\x08" "http/1.1";

static int loop;
static int (*answer_all)(struct connection *);

static void watch(struct connection *connection, int operation, uint32_t interest) {
    struct epoll_event event = {.events = interest, .data.ptr = connection};
    if (connection->interest != interest) epoll_ctl(loop, operation, connection->descriptor, &event);
    connection->interest = interest;
}

static void end(struct connection *connection) {
    nghttp2_session_del(connection->http);
    SSL_free(connection->tls);
    close(connection->descriptor);
    free(connection->queries);
    free(connection->answers);
    free(connection);
}

static void accept_all(const struct connection *listener, SSL_CTX *context) {
    int descriptor, on = 1;
    while ((descriptor = accept4(listener->descriptor, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        *connection = (struct connection){
            .tls = SSL_new(context), .descriptor = descriptor, .queries = malloc(QUERIES), .answers = malloc(ANSWERS)};
        SSL_set_fd(connection->tls, descriptor);
        SSL_set_accept_state(connection->tls);
        watch(connection, EPOLL_CTL_ADD, EPOLLIN);
    }
}

void consume(struct connection *connection, size_t count) {
    memmove(connection->queries, connection->queries + count, connection->unread - count);
    connection->unread -= count;
}

int answer_frames(struct connection *connection) {
    size_t at = 0;
    while (connection->unread - at >= 2) {
        const uint8_t *frame = connection->queries + at;
        size_t length = (size_t)(frame[0] << 8 | frame[1]);
        if (connection->unread - at < length + 2 || connection->unsent + length + ANSWER_GROWTH + 2 > ANSWERS) break;
        uint8_t *room = connection->answers + connection->unsent;
        size_t count = answer_query(frame + 2, length, room + 2);
        room[0] = (uint8_t)(count >> 8), room[1] = (uint8_t)count;
        if (count > 0) connection->unsent += count + 2;
        at += length + 2;
    }
    consume(connection, at);
    return 1;
}

/// Whether the connection goes on.
static int take_queries(struct connection *connection) {
    for (;;) {
        size_t room = QUERIES - connection->unread;
        if (room == 0) return 0;
        int count = SSL_read(connection->tls, connection->queries + connection->unread, (int)room);
        if (count <= 0) {
            int reason = SSL_get_error(connection->tls, count);
            return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
        }
        connection->unread += (size_t)count;
        if (!answer_all(connection)) return 0;
    }
}

int send_answers(struct connection *connection) {
    size_t sent = 0;
    int goes_on = 1;
    while (goes_on && sent < connection->unsent) {
        size_t left = connection->unsent - sent;
        int count = SSL_write(connection->tls, connection->answers + sent, left > RECORD ? RECORD : (int)left);
        if (count > 0) sent += (size_t)count;
        else if (SSL_get_error(connection->tls, count) == SSL_ERROR_WANT_WRITE) break;
        else goes_on = 0;
    }
    memmove(connection->answers, connection->answers + sent, connection->unsent - sent);
    connection->unsent -= sent;
    watch(connection, EPOLL_CTL_MOD, connection->unsent ? EPOLLIN | EPOLLOUT : EPOLLIN);
    return goes_on;
}

static int choose_protocol(SSL *tls, const unsigned char **chosen, unsigned char *length,
                           const unsigned char *offered, unsigned int count, void *unused) {
    (void)tls, (void)unused;
    int is_https = answer_all == answer_requests;
    int result = SSL_select_next_proto((unsigned char **)chosen, length, is_https ? https : dot,
                                       is_https ? sizeof https - 1 : sizeof dot - 1, offered, count);
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static SSL_CTX *server_context(const char *certificate, const char *key) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    errno = 0;
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1) fail(certificate);
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) fail(key);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"dns", 3);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    return context;
}

void serve_upstream(const struct sockaddr_in *addresses, int count, const char *certificate, const char *key,
                    int is_https) {
    answer_all = is_https ? answer_requests : answer_frames;
    SSL_CTX *context = server_context(certificate, key);
    loop = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        struct connection *listener = calloc(1, sizeof *listener);
        listener->descriptor = bound_socket(SOCK_STREAM | SOCK_NONBLOCK, &addresses[i]);
        if (listener->descriptor < 0 || listen(listener->descriptor, BACKLOG)) fail("listen");
        watch(listener, EPOLL_CTL_ADD, EPOLLIN);
    }
    for (;;) {
        struct epoll_event ready[EVENTS];
        int count = epoll_wait(loop, ready, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct connection *connection = ready[i].data.ptr;
            if (!connection->tls) accept_all(connection, context);
            else if (!take_queries(connection) || !send_answers(connection)) end(connection);
        }
    }
}
