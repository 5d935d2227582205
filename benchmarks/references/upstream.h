// What an upstream keeps of one of its connections, and what the protocols on top of TLS do with it.
#pragma once

#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>
#include <stdint.h>

enum { QUERIES = 1 << 16, ANSWERS = 1 << 20 };

struct connection {
    /// A listener has no TLS and no buffers.
    SSL *tls;
    int descriptor;
    uint32_t interest;
    /// Bytes of plaintext that have arrived, and those that are to leave.
    size_t unread, unsent;
    uint8_t *queries, *answers;
    /// Only where HTTP/2 is spoken.
    nghttp2_session *http;
};

/// Answer everything that has arrived, as far as there is room; whether the connection goes on.
int answer_frames(struct connection *connection);
int answer_requests(struct connection *connection);

/// Sends what is ready, as far as the network takes it; whether the connection goes on.
int send_answers(struct connection *connection);

/// Takes bytes that have been dealt with from the front of what has arrived.
void consume(struct connection *connection, size_t count);
