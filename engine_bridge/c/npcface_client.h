/* npcface_client.h: what npcface.c, npcface_messages.c and npcface_requests.c share; not for users. */
#ifndef NPCFACE_CLIENT_H
#define NPCFACE_CLIENT_H

#include "npcface.h"
#include "npcface_shared.h"
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
    npcm_ring *rings; /* one of each stream whose frames come through shared memory */
    npcm_ring *held;  /* of the slot that the last poll handed out, NULL if none */
    int64_t held_slot, held_generation;
};

/* What a message says beside the event's own fields. */
typedef struct {
    char type[32];
    int64_t slot, generation;
    npcm_offer offer;
    char format[8]; /* empty: rgba8 */
    size_t parts;   /* numbers in `part`: 0 or 4 */
    int64_t part[4];
} npcc_more;

/* Finishes the request in `out` and sends it; its number, 0 if the connection is lost. */
uint32_t npcc_ask(npcface *faces);
/* Sends what is in `out`; -1 if the connection is lost. */
int npcc_flush(npcface *faces);
/* 1: the message is an event, 0: it is not for the user, -1: it is broken. */
int npcc_read_message(npcface *faces, const npcw_part *header, const npcw_part *payload, npcface_event *event,
                      npcc_more *more);
/* The next entry of a list of characters that can be used: 1, or 0 if there is none. */
int npcc_next_character(npcface *faces, npcface_event *event);
/* The daemon may write again into the slot that the last poll handed out. */
void npcc_release_held(npcface *faces);
/* Unmaps everything. */
void npcc_drop_rings(npcface *faces);
void npcc_key_text(npcw_writer *to, const char *key, const char *value);

#endif
