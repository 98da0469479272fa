/* What the generator sees of a drawn face: folded pixels, maps and the feature atlas (neural.drawn_of, atlas_under). */
#include "canvas.h"

static inline void look_up_features(const uint8_t *atlas, int32_t size, float x, float y, float share, float *out) {
    int32_t left, top;
    const float fx = place_of(x, size, &left), fy = place_of(y, size, &top);
    const uint8_t *a = atlas + ((size_t)top * (size_t)size + (size_t)left) * NPC_FEATURES, *b = a + NPC_FEATURES;
    const uint8_t *c = a + (size_t)size * NPC_FEATURES, *d = c + NPC_FEATURES;
    for (int32_t k = 0; k < NPC_FEATURES; k++) {
        const float upper = (float)a[k] + (float)(b[k] - a[k]) * fx, lower = (float)c[k] + (float)(d[k] - c[k]) * fx;
        out[k] = ((upper + (lower - upper) * fy) * (1.0f / 127.5f) - 1.0f) * share;
    }
}

NPC_API void npc_conditions(const NpcCanvas *c, const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive,
                            float *input) {
    const int32_t size = c->size, half = size / 2;
    const size_t plane = (size_t)half * (size_t)half;
    const NpcNose nose = npc_nose(rig, drive);
    float row[NPC_INPUTS][NPC_HALF_MAX]; /* planes lie a power of two apart: a pixel written to all of them evicts itself */
    for (int32_t y = 0; y < half; y++) {
        for (int32_t x = 0; x < half; x++) {
            float maps[3] = {0.0f, 0.0f, 0.0f}, features[NPC_FEATURES] = {0.0f};
            for (int32_t fold = 0; fold < 4; fold++) {
                const int32_t px = 2 * x + (fold & 1), py = 2 * y + (fold >> 1);
                const size_t at = (size_t)py * (size_t)size + (size_t)px;
                const f4 folded = c->head[at] * (2.0f / 255.0f) - 1.0f;
                for (int32_t k = 0; k < 4; k++) row[4 * k + fold][x] = folded[k];
                const float rim = c->rim[at] * 0.25f;
                maps[0] += rim;
                if (c->opening[at] > 0.0f) {
                    const int eye = npc_above(&nose, ((float)px + 0.5f) / (float)size, ((float)py + 0.5f) / (float)size);
                    maps[eye ? 2 : 1] += c->opening[at] * rim;
                }
            }
            if (maps[0] > 0.0f) {
                const float *coords = c->coords + 2 * ((size_t)(2 * y) * (size_t)size + (size_t)(2 * x));
                look_up_features(looks->features, looks->features_px, coords[0], coords[1], maps[0], features);
            }
            for (int32_t k = 0; k < 3; k++) row[16 + k][x] = maps[k];
            for (int32_t k = 0; k < NPC_FEATURES; k++) row[19 + k][x] = features[k];
        }
        for (int32_t k = 0; k < NPC_INPUTS; k++)
            memcpy(input + (size_t)k * plane + (size_t)y * (size_t)half, row[k], (size_t)half * sizeof(float));
    }
}
