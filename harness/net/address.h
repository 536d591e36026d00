/*
 * address - IP addresses as text, and back (harness/net only)
 */
#ifndef MAILSPEC_NET_ADDRESS_H
#define MAILSPEC_NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { ADDRESS_TEXT_SIZE = 80 };

/* An IPv4 or IPv6 address without brackets; false when it is a name. */
bool address_from_literal(const char *host, unsigned port, struct sockaddr_storage *address_r);
/* "127.0.0.1:25", "[::1]:25". */
void address_text(const struct sockaddr *address, char *text_r, size_t size);
/* "127.0.0.1", "::1". */
void address_host_text(const struct sockaddr *address, char *text_r, size_t size);
/* 127.0.0.0/8, ::1, and the former inside IPv6. */
bool address_is_loopback(const struct sockaddr *address);
unsigned address_port(const struct sockaddr *address);
/* Of a connected or bound TCP handle. */
void address_local_text(const uv_tcp_t *tcp, char *text_r, size_t size);
void address_peer_text(const uv_tcp_t *tcp, char *text_r, size_t size);

#endif
