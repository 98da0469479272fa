/* The live watermark: a tile of small numbers added to a finished picture, again and again across and down.
 *
 * Bytes saturate, alpha stays, and a pixel with alpha 0 stays whole, so that nothing appears where nothing is. The slow
 * twin is npcface/render/stamp.py.
 */
#include "canvas.h"

enum { TILE = 128 };

/* All bits where a pixel can be seen, none elsewhere. */
static void visible(const uint32_t *pixels, int32_t count, uint32_t alpha, uint32_t *mask) {
    for (int32_t i = 0; i < count; i++) mask[i] = (pixels[i] & alpha) ? 0xffffffffu : 0u;
}

static void add(uint8_t *pixels, const int8_t *tile, const int8_t *mask, int32_t bytes) {
    for (int32_t i = 0; i < bytes; i++) {
        const int16_t value = (int16_t)((int16_t)pixels[i] + (int16_t)(tile[i] & mask[i]));
        pixels[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

/* Premultiplied colours: the tile is multiplied too, and no colour exceeds its alpha. The alphas are laid out like the
 * bytes, so that all are treated alike and the loop becomes vector code. */
static void add_multiplied(uint8_t *pixels, const int8_t *tile, int32_t count) {
    uint8_t alphas[TILE * 4];
    for (int32_t i = 0; i < count; i++) memset(alphas + 4 * i, pixels[4 * i + 3], 4);
    for (int32_t i = 0; i < 4 * count; i++) {
        const int16_t alpha = alphas[i];
        const int16_t value = (int16_t)(pixels[i] + (((int16_t)tile[i] * alpha + 128) >> 8));
        pixels[i] = (uint8_t)(value < 0 ? 0 : value > alpha ? alpha : value);
    }
}

/* pixels: RGBA rows. tile: 128 × 128 of four numbers, the fourth 0. */
NPC_API void npc_mark(uint8_t *pixels, int32_t width, int32_t height, const int8_t *tile, int32_t straight) {
    const uint8_t last[4] = {0, 0, 0, 255};
    uint32_t alpha, words[TILE], mask[TILE];
    memcpy(&alpha, last, 4);
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x += TILE) {
            const int32_t count = width - x < TILE ? width - x : TILE;
            uint8_t *at = pixels + ((size_t)y * (size_t)width + (size_t)x) * 4;
            const int8_t *row = tile + (size_t)(y % TILE) * TILE * 4;
            if (straight) {
                memcpy(words, at, (size_t)count * 4);
                visible(words, count, alpha, mask);
                add(at, row, (const int8_t *)mask, count * 4);
            } else {
                add_multiplied(at, row, count);
            }
        }
}
