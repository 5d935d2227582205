// The least work that one thread can do with sockets and TLS: what every resolver is measured against.
//
//   enigm-reference batch PORT                                  answers everything itself, over UDP
//   enigm-reference forward PORT UPSTREAM-PORT CA-FILE NAME     sends everything to an upstream over TLS
//   enigm-reference upstream CERTIFICATE KEY ADDRESS:PORT...    is that upstream
//   enigm-reference https CERTIFICATE KEY ADDRESS:PORT...       is one that is asked over HTTPS
//
// None of them checks, remembers or retries anything. Exit codes: 2 wrong usage, 3 the environment failed.
#include "reference.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { LISTENERS_MAXIMUM = 4 };

_Noreturn void fail(const char *what) {
    fprintf(stderr, "enigm-reference: %s: %s\n", what, errno ? strerror(errno) : "refused");
    exit(3);
}

struct sockaddr_in loopback(uint16_t port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

int bound_socket(int type, const struct sockaddr_in *address) {
    int descriptor = socket(AF_INET, type, 0), on = 1, bytes = 1 << 20;
    if (descriptor < 0) return -1;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    if (type & SOCK_STREAM) setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return bind(descriptor, (const struct sockaddr *)address, sizeof *address) ? -1 : descriptor;
}

static uint16_t port_of(const char *text) {
    char *end;
    unsigned long port = strtoul(text, &end, 10);
    if (*end || end == text || port == 0 || port > 65535) {
        fprintf(stderr, "enigm-reference: `%s` is no port\n", text);
        exit(2);
    }
    return (uint16_t)port;
}

static struct sockaddr_in listener_of(char *text) {
    char *colon = strrchr(text, ':');
    if (colon) {
        struct sockaddr_in address = loopback(port_of(colon + 1));
        *colon = 0;
        if (inet_pton(AF_INET, text, &address.sin_addr) == 1) return address;
    }
    fprintf(stderr, "enigm-reference: `%s` is no ADDRESS:PORT\n", text);
    exit(2);
}

int main(int count, char **arguments) {
    signal(SIGPIPE, SIG_IGN);
    const char *mode = count > 1 ? arguments[1] : "";
    if (!strcmp(mode, "batch") && count == 3) serve_batch(port_of(arguments[2]));
    if (!strcmp(mode, "forward") && count == 6)
        serve_forwarder(port_of(arguments[2]), port_of(arguments[3]), arguments[4], arguments[5]);
    int is_https = !strcmp(mode, "https");
    if ((is_https || !strcmp(mode, "upstream")) && count > 4 && count <= 4 + LISTENERS_MAXIMUM) {
        struct sockaddr_in listeners[LISTENERS_MAXIMUM];
        for (int i = 4; i < count; i++) listeners[i - 4] = listener_of(arguments[i]);
        serve_upstream(listeners, count - 4, arguments[2], arguments[3], is_https);
    }
    fprintf(stderr, "usage: enigm-reference batch PORT | forward PORT UPSTREAM-PORT CA-FILE NAME | "
                    "upstream|https CERTIFICATE KEY ADDRESS:PORT...\n");
    return 2;
}
