// DNS over HTTPS (RFC 8484) as a server sees it, by POST: HTTP/2 by libnghttp2, and HTTP/1.1 for who speaks nothing else.
#define _GNU_SOURCE
#include "upstream.h"
#include "answer.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    /// So many of an HTTP/2 connection's requests at once, and so many bytes of them on their way.
    STREAMS = 256,
    WINDOW = 1 << 24,
    /// What libnghttp2 writes at a time is one frame: none of ours is larger than the largest that is always permitted.
    FRAME = 9 + (1 << 14),
    HEAD_MAXIMUM = 4096
};

/// One request of HTTP/2: its body, and then the answer. Those that have ended are used again.
struct request {
    struct request *next;
    size_t count;
    uint8_t query[QUERY_MAXIMUM], answer[QUERY_MAXIMUM + ANSWER_GROWTH];
};

static struct request *unused;

static int begin_request(nghttp2_session *session, const nghttp2_frame *frame, void *connection) {
    (void)connection;
    struct request *request = unused ? unused : malloc(sizeof *request);
    if (unused) unused = request->next;
    request->count = 0;
    return nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, request);
}

static int end_request(nghttp2_session *session, int32_t stream, uint32_t code, void *connection) {
    (void)code, (void)connection;
    struct request *request = nghttp2_session_get_stream_user_data(session, stream);
    if (request) request->next = unused, unused = request;
    return 0;
}

static int take_body(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes, size_t count,
                     void *connection) {
    (void)flags, (void)connection;
    struct request *request = nghttp2_session_get_stream_user_data(session, stream);
    if (!request || request->count + count > QUERY_MAXIMUM) return NGHTTP2_ERR_CALLBACK_FAILURE;
    memcpy(request->query + request->count, bytes, count);
    request->count += count;
    return 0;
}

static ssize_t give_body(nghttp2_session *session, int32_t stream, uint8_t *room, size_t capacity, uint32_t *flags,
                         nghttp2_data_source *source, void *connection) {
    (void)session, (void)stream, (void)connection;
    struct request *request = source->ptr;
    if (capacity < request->count) return NGHTTP2_ERR_CALLBACK_FAILURE;
    memcpy(room, request->answer, request->count);
    *flags = NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)request->count;
}

/// A whole request is answered.
static int take_frame(nghttp2_session *session, const nghttp2_frame *frame, void *connection) {
    (void)connection;
    if (frame->hd.type != NGHTTP2_DATA || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) return 0;
    struct request *request = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (!request || !(request->count = answer_query(request->query, request->count, request->answer)))
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    char length[8];
    int digits = snprintf(length, sizeof length, "%zu", request->count);
#define FIELD(name, value, count) {(uint8_t *)name, (uint8_t *)value, sizeof name - 1, count, NGHTTP2_NV_FLAG_NONE}
    nghttp2_nv fields[] = {
        FIELD(":status", "200", 3), FIELD("content-type", "application/dns-message", 23),
        FIELD("content-length", length, (size_t)digits), FIELD("cache-control", "max-age=86400", 13)};
    nghttp2_data_provider body = {{.ptr = request}, give_body};
    return nghttp2_submit_response(session, frame->hd.stream_id, fields, sizeof fields / sizeof *fields, &body);
}

static nghttp2_session *begin_session(struct connection *connection) {
    static nghttp2_session_callbacks *callbacks;
    if (!callbacks) {
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_request);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, take_body);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, take_frame);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, end_request);
    }
    nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS}};
    nghttp2_session *session;
    nghttp2_option *options;
    nghttp2_option_new(&options);
    nghttp2_option_set_no_closed_streams(options, 1);
    nghttp2_session_server_new2(&session, callbacks, connection, options);
    nghttp2_option_del(options);
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, 1);
    nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, WINDOW);
    return session;
}

static int answer_http2(struct connection *connection) {
    if (!connection->http) connection->http = begin_session(connection);
    ssize_t taken = nghttp2_session_mem_recv(connection->http, connection->queries, connection->unread);
    if (taken < 0) return 0;
    consume(connection, (size_t)taken);
    while (connection->unsent + FRAME <= ANSWERS) {
        const uint8_t *bytes;
        ssize_t count = nghttp2_session_mem_send(connection->http, &bytes);
        if (count < 0) return 0;
        if (count == 0) break;
        memcpy(connection->answers + connection->unsent, bytes, (size_t)count);
        connection->unsent += (size_t)count;
    }
    return nghttp2_session_want_read(connection->http) || nghttp2_session_want_write(connection->http);
}

/// One request after the other, each with its length, each answered before the next is looked at.
static int answer_http1(struct connection *connection) {
    static const char format[] = "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: %zu\r\n"
                                 "Cache-Control: max-age=86400\r\n\r\n";
    for (;;) {
        uint8_t *end = memmem(connection->queries, connection->unread, "\r\n\r\n", 4);
        if (!end) return connection->unread < HEAD_MAXIMUM;
        *end = 0;
        const char *field = strcasestr((char *)connection->queries, "\r\nContent-Length:");
        if (!field || memcmp(connection->queries, "POST ", 5)) return 0;
        size_t head = (size_t)(end + 4 - connection->queries), body = strtoul(field + 17, NULL, 10);
        if (body > QUERY_MAXIMUM || connection->unsent + HEAD_MAXIMUM + body > ANSWERS) return 0;
        *end = '\r';
        if (connection->unread < head + body) return 1;
        uint8_t answer[QUERY_MAXIMUM + ANSWER_GROWTH];
        size_t count = answer_query(connection->queries + head, body, answer);
        if (count == 0) return 0;
        char *room = (char *)connection->answers + connection->unsent;
        connection->unsent += (size_t)snprintf(room, HEAD_MAXIMUM, format, count);
        memcpy(connection->answers + connection->unsent, answer, count);
        connection->unsent += count;
        consume(connection, head + body);
        // As such servers do it, each answer leaves by itself.
        if (!send_answers(connection)) return 0;
    }
}

int answer_requests(struct connection *connection) {
    const unsigned char *name;
    unsigned int length;
    SSL_get0_alpn_selected(connection->tls, &name, &length);
    return length == 2 ? answer_http2(connection) : answer_http1(connection);
}
