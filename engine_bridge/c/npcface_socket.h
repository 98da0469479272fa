/* npcface_socket.h: a TCP connection on POSIX and Windows; not for users. */
#ifndef NPCFACE_SOCKET_H
#define NPCFACE_SOCKET_H

#include <stddef.h>
#include <stdint.h>

typedef intptr_t npcs_socket;
#define NPCS_NONE ((npcs_socket)-1)

/* A connected socket, or NPCS_NONE. */
npcs_socket npcs_connect(const char *host, int port);
void npcs_close(npcs_socket socket);
/* 0 when all was sent, -1 when the connection is lost. */
int npcs_send(npcs_socket socket, const uint8_t *bytes, size_t length);
/* Bytes received, 0 when none came in time, -1 when the connection is lost. */
long npcs_receive(npcs_socket socket, uint8_t *bytes, size_t capacity, int timeout_ms);
/* Milliseconds of a clock that never jumps. */
int64_t npcs_now_ms(void);

#endif
