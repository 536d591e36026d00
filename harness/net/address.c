#include "net/address.h"

#include <arpa/inet.h>
#include <stdio.h>

bool address_from_literal(const char *host, unsigned port, struct sockaddr_storage *address_r)
{
    return uv_ip4_addr(host, (int)port, (struct sockaddr_in *)address_r) == 0 ||
           uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)address_r) == 0;
}

void address_host_text(const struct sockaddr *address, char *text_r, size_t size)
{
    if (uv_ip_name(address, text_r, size) != 0) {
        snprintf(text_r, size, "?");
    }
}

unsigned address_port(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET6) {
        return ntohs(((const struct sockaddr_in6 *)(const void *)address)->sin6_port);
    }
    return ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port);
}

bool address_is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET6) {
        const struct in6_addr *ip =
            &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        bool mapped = IN6_IS_ADDR_V4MAPPED(ip) && ip->s6_addr[12] == 127;
        return IN6_IS_ADDR_LOOPBACK(ip) || mapped;
    }
    const struct in_addr *ip = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    return ntohl(ip->s_addr) >> 24 == 127;
}

void address_text(const struct sockaddr *address, char *text_r, size_t size)
{
    char host[INET6_ADDRSTRLEN + 1];
    address_host_text(address, host, sizeof host);
    if (address->sa_family == AF_INET6) {
        snprintf(text_r, size, "[%s]:%u", host, address_port(address));
    } else {
        snprintf(text_r, size, "%s:%u", host, address_port(address));
    }
}

typedef int (*name_fn)(const uv_tcp_t *tcp, struct sockaddr *address, int *size);

static void name_text(const uv_tcp_t *tcp, name_fn name, char *text_r, size_t size)
{
    struct sockaddr_storage address = {0};
    int address_size = sizeof address;
    if (name(tcp, (struct sockaddr *)&address, &address_size) != 0) {
        snprintf(text_r, size, "?");
        return;
    }
    address_text((struct sockaddr *)&address, text_r, size);
}

void address_local_text(const uv_tcp_t *tcp, char *text_r, size_t size)
{
    name_text(tcp, uv_tcp_getsockname, text_r, size);
}

void address_peer_text(const uv_tcp_t *tcp, char *text_r, size_t size)
{
    name_text(tcp, uv_tcp_getpeername, text_r, size);
}
