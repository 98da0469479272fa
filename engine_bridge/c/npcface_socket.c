/* npcface_socket.c: see npcface_socket.h */
#ifndef _WIN32
#define _POSIX_C_SOURCE 200112L
#endif
#include "npcface_socket.h"

#include <stdio.h>
#include <string.h>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
typedef int length_type;
#else
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
typedef size_t length_type;
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

#ifdef _WIN32
#define NATIVE(socket) ((SOCKET)(socket))
#else
#define NATIVE(socket) ((int)(socket))
#endif

static int start(void)
{
#ifdef _WIN32
    WSADATA data;
    return WSAStartup(MAKEWORD(2, 2), &data) == 0;
#else
    return 1;
#endif
}

static void set_options(npcs_socket socket)
{
    int on = 1;
    setsockopt(NATIVE(socket), IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof on);
#ifdef SO_NOSIGPIPE
    setsockopt(NATIVE(socket), SOL_SOCKET, SO_NOSIGPIPE, (const char *)&on, sizeof on);
#endif
}

npcs_socket npcs_connect(const char *host, int port)
{
    struct addrinfo hints, *found = NULL, *each;
    char service[8];
    npcs_socket made = NPCS_NONE;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    snprintf(service, sizeof service, "%d", port);
    if (port < 1 || port > 65535 || !start() || getaddrinfo(host, service, &hints, &found) != 0)
        return NPCS_NONE;
    for (each = found; each != NULL && made == NPCS_NONE; each = each->ai_next) {
        made = (npcs_socket)socket(each->ai_family, each->ai_socktype, each->ai_protocol);
        if (made == NPCS_NONE)
            continue;
        if (connect(NATIVE(made), each->ai_addr, (socklen_t)each->ai_addrlen) != 0) {
            npcs_close(made);
            made = NPCS_NONE;
        }
    }
    freeaddrinfo(found);
    if (made != NPCS_NONE)
        set_options(made);
    return made;
}

void npcs_close(npcs_socket socket)
{
    if (socket == NPCS_NONE)
        return;
#ifdef _WIN32
    closesocket(NATIVE(socket));
#else
    close(NATIVE(socket));
#endif
}

int npcs_send(npcs_socket socket, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        long sent = (long)send(NATIVE(socket), (const char *)bytes, (length_type)length, MSG_NOSIGNAL);
#ifndef _WIN32
        if (sent < 0 && errno == EINTR)
            continue;
#endif
        if (sent <= 0)
            return -1;
        bytes += sent;
        length -= (size_t)sent;
    }
    return 0;
}

long npcs_receive(npcs_socket socket, uint8_t *bytes, size_t capacity, int timeout_ms)
{
    long received;
#ifdef _WIN32
    fd_set readable;
    struct timeval wait;
    FD_ZERO(&readable);
    FD_SET(NATIVE(socket), &readable);
    wait.tv_sec = timeout_ms / 1000;
    wait.tv_usec = timeout_ms % 1000 * 1000;
    if (select(0, &readable, NULL, NULL, &wait) == 0)
        return 0;
#else
    struct pollfd readable;
    int ready;
    readable.fd = NATIVE(socket);
    readable.events = POLLIN;
    readable.revents = 0;
    ready = poll(&readable, 1, timeout_ms);
    if (ready == 0 || (ready < 0 && errno == EINTR))
        return 0;
#endif
    received = (long)recv(NATIVE(socket), (char *)bytes, (length_type)capacity, 0);
    return received > 0 ? received : -1;
}

int64_t npcs_now_ms(void)
{
#ifdef _WIN32
    return (int64_t)GetTickCount64();
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
#endif
}
