/* npcface_client.h: what npcface.c and npcface_requests.c share; not for users. */
#ifndef NPCFACE_CLIENT_H
#define NPCFACE_CLIENT_H

#include "npcface.h"
#include "npcface_socket.h"
#include "npcface_wire.h"

struct npcface {
    char host[256], token[260];
    int port;
    npcs_socket socket;
    npcw_writer out;
    uint8_t *in; /* received bytes; the first `used` of them were handed out by the last poll */
    size_t capacity, length, used;
    uint32_t requests;
    npcw_reader list; /* characters of an answer that are not handed out yet */
    int listed, index;
    uint32_t list_request;
};

/* Finishes the request in `out` and sends it; its number, 0 if the connection is lost. */
uint32_t npcc_ask(npcface *faces);
/* Sends what is in `out`; -1 if the connection is lost. */
int npcc_flush(npcface *faces);
void npcc_key_text(npcw_writer *to, const char *key, const char *value);

#endif
