/* npcface_shared.h: rings of shared memory that the daemon fills with pixels; POSIX, elsewhere none; not for users. */
#ifndef NPCFACE_SHARED_H
#define NPCFACE_SHARED_H

#include "npcface.h"

#include <stddef.h>
#include <stdint.h>

#define NPCM_NAME_BYTES 512

/* What `opened.ring` says; no name: no ring. */
typedef struct {
    char kind[16], name[NPCM_NAME_BYTES];
    int64_t bytes;
} npcm_offer;

typedef struct npcm_ring {
    struct npcm_ring *next;
    int64_t stream;
    uint8_t *memory;
    size_t length;
    uint32_t slots, slot_bytes, stride;
} npcm_ring;

/* Whether rings can be mapped here at all and the host is this machine. */
int npcm_possible(const char *host);
/* Maps a ring and tells the daemon so; NULL if it is none, then frames come by the socket. */
npcm_ring *npcm_map(const npcm_offer *offer, int64_t stream);
void npcm_unmap(npcm_ring *ring);
/* The pixels of a slot, NULL if that generation is not (or no longer) there. */
const uint8_t *npcm_pixels(const npcm_ring *ring, int64_t slot, int64_t generation, npcface_format format,
                           size_t bytes);
/* The slot may be written again. */
void npcm_release(npcm_ring *ring, int64_t slot, int64_t generation);

#endif
