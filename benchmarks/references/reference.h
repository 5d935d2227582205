// The modes of the program, and what they share.
#pragma once

#include <netinet/in.h>
#include <stdint.h>

/// Serve forever on 127.0.0.1; each ends the program with one line when it cannot begin.
void serve_batch(uint16_t port);
void serve_forwarder(uint16_t port, uint16_t upstream_port, const char *authority, const char *name);
void serve_upstream(const struct sockaddr_in *listeners, int count, const char *certificate, const char *key,
                    int is_https);

/// Ends the program with one line and the exit code for a failed environment.
_Noreturn void fail(const char *what);

/// A bound socket of that type (SOCK_DGRAM or SOCK_STREAM, with flags); -1 and errno when the address is not to be had.
int bound_socket(int type, const struct sockaddr_in *address);
struct sockaddr_in loopback(uint16_t port);
