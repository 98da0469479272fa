/* npcface_shared.c: see npcface_shared.h; the layout is PROTOCOL.md's */
#if !defined(_WIN32) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif
#include "npcface_shared.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 128u /* bytes of the ring's header and of each slot's */
#define ATTACHED 64u
#define GENERATION 8u
#define RELEASED 64u
#define BYTES_MAX (256 * 1024 * 1024)

#if !defined(_WIN32) && defined(__GNUC__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static uint32_t word32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* Aligned 64-bit words are read and written at once; the fences keep pixels on their side of them. */
static uint64_t load(const uint8_t *at)
{
    uint64_t value = *(const volatile uint64_t *)(const void *)at;
    __sync_synchronize();
    return value;
}

static void store(uint8_t *at, uint64_t value)
{
    __sync_synchronize();
    *(volatile uint64_t *)(void *)at = value;
}

int npcm_possible(const char *host)
{
    return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

/* The name comes from the network: nothing but a ring may be opened for writing. */
static int is_ring_name(const char *name)
{
    size_t length = strlen(name);
    return name[0] == '/' && length > 5 && strcmp(name + length - 5, ".ring") == 0
        && strstr(name, "/npcface-shm-") != NULL && strstr(name, "/../") == NULL;
}

static int is_ring(const npcm_ring *ring)
{
    const uint8_t *at = ring->memory;
    uint64_t end = HEADER + (uint64_t)ring->slots * ring->stride;
    return memcmp(at, "NPCFRING", 8) == 0 && word32(at + 8) == 1 && word32(at + 24) == HEADER
        && word32(at + 28) == HEADER && ring->slots >= 1 && ring->slots <= 64 && ring->slot_bytes >= 1
        && ring->stride >= HEADER && ring->slot_bytes <= ring->stride - HEADER && ring->stride % 64 == 0
        && end <= ring->length;
}

npcm_ring *npcm_map(const npcm_offer *offer, int64_t stream)
{
    npcm_ring *ring;
    struct stat status;
    void *memory = MAP_FAILED;
    int file;
    if (strcmp(offer->kind, "file") != 0 || !is_ring_name(offer->name) || offer->bytes < (int64_t)HEADER
        || offer->bytes > BYTES_MAX)
        return NULL;
    file = open(offer->name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return NULL;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == (off_t)offer->bytes)
        memory = mmap(NULL, (size_t)offer->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED)
        return NULL;
    ring = calloc(1, sizeof *ring);
    if (ring != NULL) {
        ring->stream = stream;
        ring->memory = memory;
        ring->length = (size_t)offer->bytes;
        ring->slots = word32(ring->memory + 12);
        ring->slot_bytes = word32(ring->memory + 16);
        ring->stride = word32(ring->memory + 20);
        if (is_ring(ring)) {
            store(ring->memory + ATTACHED, load(ring->memory + 32));
            return ring;
        }
        free(ring);
    }
    munmap(memory, (size_t)offer->bytes);
    return NULL;
}

void npcm_unmap(npcm_ring *ring)
{
    munmap(ring->memory, ring->length);
    free(ring);
}

const uint8_t *npcm_pixels(const npcm_ring *ring, int64_t slot, int64_t generation, npcface_format format,
                           size_t bytes)
{
    const uint8_t *at;
    if (slot < 0 || slot >= (int64_t)ring->slots || generation <= 0 || bytes > ring->slot_bytes)
        return NULL;
    at = ring->memory + HEADER + (size_t)slot * ring->stride;
    if (load(at + GENERATION) != (uint64_t)generation || memcmp(at, "SLOT", 4) != 0 || word32(at + 4) != (uint32_t)format + 1
        || word32(at + 36) != bytes)
        return NULL;
    return at + HEADER;
}

void npcm_release(npcm_ring *ring, int64_t slot, int64_t generation)
{
    store(ring->memory + HEADER + (size_t)slot * ring->stride + RELEASED, (uint64_t)generation);
}

#else

int npcm_possible(const char *host) { return host == NULL; }

npcm_ring *npcm_map(const npcm_offer *offer, int64_t stream)
{
    (void)offer, (void)stream;
    return NULL;
}

void npcm_unmap(npcm_ring *ring) { free(ring); }

const uint8_t *npcm_pixels(const npcm_ring *ring, int64_t slot, int64_t generation, npcface_format format,
                           size_t bytes)
{
    (void)ring, (void)slot, (void)generation, (void)format, (void)bytes;
    return NULL;
}

void npcm_release(npcm_ring *ring, int64_t slot, int64_t generation) { (void)ring, (void)slot, (void)generation; }

#endif
