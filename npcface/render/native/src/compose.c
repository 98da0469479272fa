/* Layers over one another, and the last step to bytes (Porter-Duff over, 1984). */
#include "canvas.h"

NPC_API void npc_front(NpcCanvas *c, const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive) {
    npc_displace(c, rig, looks, drive);
    npc_face(c, rig, looks, drive);
    npc_inside(c, rig, looks, drive);
    c->fronted = 1;
}

NPC_API void npc_back(NpcCanvas *c, const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive) {
    if (!c->fronted) { /* a canvas beside the front's: it knows nothing yet, not even what the face will hide */
        npc_displace(c, rig, looks, drive);
        memset(c->rim, 0, (size_t)c->size * (size_t)c->size * sizeof(float));
    }
    npc_shell(c, rig, &looks->shell, drive, 1.0f, 0);
    if (looks->far_side.texture != NULL && drive->far_share > 0.0f)
        npc_shell(c, rig, &looks->far_side, drive, drive->far_share, 1);
}

NPC_API void npc_meet(NpcCanvas *c, const NpcCanvas *back) {
    const size_t pixels = (size_t)c->size * (size_t)c->size;
    for (size_t at = 0; at < pixels; at++) {
        const float rim = c->rim[at];
        if (rim >= 1.0f) c->head[at] = c->skin[at];
        else if (rim > 0.0f) c->head[at] = back->head[at] + (c->skin[at] - back->head[at]) * rim;
        else if (back != c) c->head[at] = back->head[at];
    }
    c->fronted = 0;
}

static inline f4 choose(i4 mask, f4 yes, f4 no) { return (f4)((mask & (i4)yes) | (~mask & (i4)no)); }

static inline f4 within(f4 v, f4 low, f4 high) { /* clamp, element by element */
    v = choose(v < low, low, v);
    return choose(v > high, high, v);
}

static inline void put(uint8_t *out, f4 head, const uint8_t *plate, int32_t straight) {
    const f4 black = {0.0f, 0.0f, 0.0f, 0.0f}, white = black + 255.0f;
    f4 image = within(head + texel(plate) * (1.0f - head[3] * (1.0f / 255.0f)) + 0.5f, black, white);
    u8x4 bytes = __builtin_convertvector(__builtin_convertvector(image, i4), u8x4);
    if (straight && bytes[3] < 255) {
        const float inverse = 255.0f / (bytes[3] > 0 ? (float)bytes[3] : 1.0f);
        image = within(__builtin_convertvector(bytes, f4) * inverse + 0.5f, black, white);
        image[3] = (float)bytes[3];
        bytes = __builtin_convertvector(__builtin_convertvector(image, i4), u8x4);
    }
    memcpy(out, &bytes, 4);
}

NPC_API void npc_output(const NpcCanvas *c, const NpcLooks *looks, int32_t straight, uint8_t *out) {
    const size_t pixels = (size_t)c->size * (size_t)c->size;
    for (size_t i = 0; i < pixels; i++) put(out + 4 * i, c->head[i], looks->plate + 4 * i, straight);
}

/* [16, P/2, P/2] folded -> [P, P] of four into c->skin, which the face no longer needs. */
static void unfold(NpcCanvas *c, const float *steps) {
    const int32_t half = c->size / 2;
    const size_t plane = (size_t)half * (size_t)half;
    for (int32_t y = 0; y < c->size; y++)
        for (int32_t fold = 0; fold < 2; fold++) {
            const float *from = steps + (size_t)((y & 1) * 2 + fold) * plane + (size_t)(y / 2) * (size_t)half;
            f4 *to = c->skin + (size_t)y * (size_t)c->size + (size_t)fold;
            for (int32_t x = 0; x < half; x++)
                to[2 * x] = (f4){from[x], from[4 * plane + (size_t)x], from[8 * plane + (size_t)x],
                                 from[12 * plane + (size_t)x]};
        }
}

NPC_API void npc_blend(NpcCanvas *c, const NpcLooks *looks, const float *steps, float least_alpha, int32_t straight,
                       uint8_t *out) {
    const int32_t size = c->size;
    unfold(c, steps);
    const f4 nothing = {0.0f, 0.0f, 0.0f, 0.0f};
    f4 *columns = (f4 *)c->points; /* one row of sums, free since the face was drawn; a zero at either end */
    columns[0] = columns[size + 1] = nothing;
    for (int32_t y = 0; y < size; y++) {
        const f4 *here = c->skin + (size_t)y * (size_t)size;
        const f4 *above = y > 0 ? here - size : NULL, *below = y + 1 < size ? here + size : NULL;
        for (int32_t x = 0; x < size; x++)
            columns[x + 1] = here[x] * 0.5f + ((above == NULL ? nothing : above[x]) + (below == NULL ? nothing : below[x])) * 0.25f;
        for (int32_t x = 0; x < size; x++) {
            const size_t at = (size_t)y * (size_t)size + (size_t)x;
            f4 step = columns[x + 1] * 0.5f + (columns[x] + columns[x + 2]) * 0.25f;
            step[3] -= clampf(step[3], -least_alpha, least_alpha);
            f4 head = c->head[at] * (1.0f / 255.0f) + step;
            const float alpha = clampf(head[3], 0.0f, 1.0f);
            head = within(head, nothing, nothing + alpha);
            put(out + 4 * at, head * 255.0f, looks->plate + 4 * at, straight);
        }
    }
}
