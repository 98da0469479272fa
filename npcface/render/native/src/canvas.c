/* Working memory, and interpolation of small planes. */
#include "canvas.h"

#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

NPC_API int32_t npc_abi(void) { return NPC_ABI; }

NPC_API int32_t npc_fast(void) {
#if defined(__x86_64__) || defined(_M_X64)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
}

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define GUARD(at, bytes) ASAN_POISON_MEMORY_REGION(at, bytes)
#define UNGUARD(at, bytes) ASAN_UNPOISON_MEMORY_REGION(at, bytes)
#else
#define GUARD(at, bytes) ((void)0)
#define UNGUARD(at, bytes) ((void)0)
#endif
#define GAP (64 * 5)

/* Arrays whose sizes are powers of two would all begin in the same sets of the cache: each is shifted by some lines. */
static void *take(uint8_t **memory, int32_t real, size_t bytes) {
    uint8_t *here = *memory;
    const size_t full = (bytes + 63) & ~(size_t)63;
    if (real) GUARD(here + full, GAP);
    *memory += full + GAP;
    return here;
}

/* Large pages where the system has them: the arrays are walked side by side, more small pages than a TLB holds. */
static void *allocate(size_t bytes) {
    const size_t page = (size_t)2 << 20;
#if defined(__linux__)
    void *memory = NULL;
    if (posix_memalign(&memory, page, (bytes + page - 1) / page * page) != 0) return NULL;
    madvise(memory, (bytes + page - 1) / page * page, MADV_HUGEPAGE);
    return memory;
#else
    (void)page;
    return calloc(1, bytes);
#endif
}

/* Lay the arrays out one after another; with memory 0 the result is the number of bytes. */
static size_t lay_out(NpcCanvas *c, uint8_t *memory) {
    uint8_t *at = memory;
    const int32_t real = memory != NULL;
    const size_t nodes = (size_t)c->grid * (size_t)c->grid, pixels = (size_t)c->size * (size_t)c->size;
    const size_t field = NPC_FIELD_MAX * NPC_FIELD_MAX, samples = (size_t)NPC_SAMPLES_MAX * NPC_SAMPLES_MAX;
    const size_t side = (size_t)(c->size > NPC_SAMPLES_MAX ? c->size : NPC_SAMPLES_MAX);
    const size_t coarse = (size_t)(c->grid > NPC_FIELD_MAX ? c->grid : NPC_FIELD_MAX);
    c->moved = take(&at, real, 3 * nodes * sizeof(float));
    c->picture = take(&at, real, 3 * nodes * sizeof(float));
    c->points = take(&at, real, samples * sizeof(f4));
    c->keys = take(&at, real, pixels * sizeof(int32_t));
    c->spare = take(&at, real, pixels * sizeof(int32_t));
    c->coords = take(&at, real, 2 * pixels * sizeof(float));
    c->skin = take(&at, real, pixels * sizeof(f4));
    c->rim = take(&at, real, pixels * sizeof(float));
    c->opening = take(&at, real, pixels * sizeof(float));
    c->scratch = take(&at, real, pixels * sizeof(float));
    c->row = take(&at, real, 4 * (side + 64) * sizeof(float));
    c->head = take(&at, real, pixels * sizeof(f4));
    c->known = take(&at, real, 2 * field * sizeof(f4));
    c->source = take(&at, real, 2 * field * sizeof(float));
    c->bent = take(&at, real, field);
    c->inside = take(&at, real, (size_t)NPC_PATCH_MAX * NPC_PATCH_MAX * 3 / 2 * sizeof(f4));
    c->columns = take(&at, real, side * sizeof(int32_t));
    c->shares = take(&at, real, side * sizeof(float));
    c->line = take(&at, real, 3 * coarse * sizeof(float));
    return (size_t)(at - memory);
}

NPC_API NpcCanvas *npc_canvas_new(int32_t size_px, int32_t grid) {
    if (size_px < 4 || size_px > 2 * NPC_HALF_MAX || grid < 2) return NULL;
    NpcCanvas shape = {.size = size_px, .most = size_px, .grid = grid};
    const size_t head = (sizeof(NpcCanvas) + 63) & ~(size_t)63, bytes = lay_out(&shape, NULL);
    uint8_t *memory = allocate(head + bytes + 64);
    if (memory == NULL) return NULL;
    NpcCanvas *canvas = (NpcCanvas *)memory;
    uint8_t *first = memory + head;
    shape.memory = first + (64 - (uintptr_t)first % 64) % 64;
#if defined(__SANITIZE_ADDRESS__)
    memset(shape.memory, 0xff, bytes); /* not a number, so that what is read before it is written is seen */
#endif
    *canvas = shape;
    lay_out(canvas, canvas->memory);
    return canvas;
}

NPC_API int32_t npc_canvas_use(NpcCanvas *canvas, int32_t size_px) {
    if (size_px < 4 || size_px > canvas->most) return 0;
    if (size_px != canvas->size) {
        NpcCanvas whole = *canvas;
        whole.size = whole.most;
        UNGUARD(canvas->memory, lay_out(&whole, NULL));
        canvas->size = size_px;
        canvas->fronted = 0;
        lay_out(canvas, canvas->memory);
    }
    return 1;
}

NPC_API void npc_canvas_free(NpcCanvas *canvas) {
    if (canvas == NULL) return;
    NpcCanvas whole = *canvas;
    whole.size = whole.most;
    UNGUARD(canvas->memory, lay_out(&whole, NULL));
    free(canvas);
}

void npc_spread(int32_t in, int32_t out, int32_t *first, float *share) {
    for (int32_t i = 0; i < out; i++) {
        float at = ((float)i + 0.5f) * ((float)in / (float)out) - 0.5f;
        at = clampf(at, 0.0f, (float)(in - 1));
        first[i] = clampi((int32_t)at, 0, in - 2);
        share[i] = at - (float)first[i];
    }
}

void npc_row(const float *planes, int32_t channels, int32_t rows, int32_t columns, int32_t row, int32_t out_rows,
             const int32_t *first, const float *share, int32_t out, float *line, float *result) {
    float at = ((float)row + 0.5f) * ((float)rows / (float)out_rows) - 0.5f;
    at = clampf(at, 0.0f, (float)(rows - 1));
    const int32_t top = clampi((int32_t)at, 0, rows - 2);
    const float down = at - (float)top;
    for (int32_t c = 0; c < channels; c++) {
        const float *upper = planes + ((size_t)c * (size_t)rows + (size_t)top) * (size_t)columns;
        const float *lower = upper + columns;
        for (int32_t i = 0; i < columns; i++) line[i] = upper[i] + (lower[i] - upper[i]) * down;
        float *to = result + (size_t)c * (size_t)out;
        for (int32_t i = 0; i < out; i++) to[i] = line[first[i]] + (line[first[i] + 1] - line[first[i]]) * share[i];
    }
}
