// The least a server can do for a query over UDP: take as many as wait in one call, answer each in place of thinking,
// send the answers in one call.
#define _GNU_SOURCE
#include "answer.h"
#include "reference.h"

#include <errno.h>
#include <sys/socket.h>

enum { BATCH = 64 };

static uint8_t queries[BATCH][QUERY_MAXIMUM], answers[BATCH][QUERY_MAXIMUM + ANSWER_GROWTH];
static struct sockaddr_in clients[BATCH];
static struct iovec query_parts[BATCH], answer_parts[BATCH];
static struct mmsghdr received[BATCH], outgoing[BATCH];

static void prepare(void) {
    for (int i = 0; i < BATCH; i++) {
        query_parts[i] = (struct iovec){queries[i], QUERY_MAXIMUM};
        received[i].msg_hdr = (struct msghdr){.msg_name = &clients[i], .msg_iov = &query_parts[i], .msg_iovlen = 1};
        outgoing[i].msg_hdr = (struct msghdr){.msg_iov = &answer_parts[i], .msg_iovlen = 1};
    }
}

/// Answers the first `count` received datagrams; how many answers there are.
static int answer_all(int count) {
    int ready = 0;
    for (int i = 0; i < count; i++) {
        size_t length = answer_query(queries[i], received[i].msg_len, answers[i]);
        if (length == 0) continue;
        answer_parts[ready] = (struct iovec){answers[i], length};
        outgoing[ready].msg_hdr.msg_name = &clients[i];
        outgoing[ready++].msg_hdr.msg_namelen = received[i].msg_hdr.msg_namelen;
    }
    return ready;
}

void serve_batch(uint16_t port) {
    struct sockaddr_in address = loopback(port);
    int socket = bound_socket(SOCK_DGRAM, &address);
    if (socket < 0) fail("listen");
    prepare();
    for (;;) {
        for (int i = 0; i < BATCH; i++) received[i].msg_hdr.msg_namelen = sizeof clients[i];
        int ready = answer_all(recvmmsg(socket, received, BATCH, MSG_WAITFORONE, NULL));
        for (int sent = 0; sent < ready;) {
            int count = sendmmsg(socket, outgoing + sent, (unsigned)(ready - sent), 0);
            // What one client does not take is lost, and the next one is served.
            if (count > 0) sent += count;
            else if (errno != EINTR) sent++;
        }
    }
}
