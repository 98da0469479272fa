/* The live watermark: a tile of small numbers added to a finished picture, again and again across and down, weakly in
 * flat blocks of 4 × 4 pixels and more strongly in busy ones.
 *
 * Bytes saturate, alpha stays, and a pixel with alpha 0 stays whole, so that nothing appears where nothing is. The slow
 * twin is npcface/render/stamp.py.
 */
#include "canvas.h"

enum { TILE = 128, BLOCK = 4, BYTES = TILE * 4, SHIFT = 10 };
enum { FLAT = 19, SLOPE = 8, BUSY = 119, SPARED = 1 }; /* see stamp.py */

static int16_t bend(int16_t a, int16_t b, int16_t c, int16_t d) {
    const int16_t sum = (int16_t)(a - b - c + d);
    return sum < 0 ? (int16_t)-sum : sum;
}

static int16_t larger(int16_t a, int16_t b) { return a > b ? a : b; }

/* Factors of a row of blocks, one for every byte: by how much green bends down and across. Blocks that the picture's
 * border cuts count as flat. Bends are taken at every pixel, as vector code, and read at every fourth. */
static void gains(const uint8_t *rows, size_t stride, int32_t count, int32_t whole, int16_t *gain) {
    int16_t green[BLOCK][TILE + BLOCK] = {{0}}, most[TILE + BLOCK] = {0}, down[TILE + BLOCK] = {0};
    const int32_t blocks = whole ? count / BLOCK : 0;
    for (int32_t i = blocks * BLOCK * 4; i < count * 4; i++) gain[i] = FLAT;
    if (!blocks) return;
    for (int32_t y = 0; y < BLOCK; y++)
        for (int32_t x = 0; x < count; x++) green[y][x] = rows[(size_t)y * stride + 4 * (size_t)x + 1];
    for (int32_t x = 0; x < TILE; x++) down[x] = bend(green[0][x], green[1][x], green[2][x], green[3][x]);
    for (int32_t y = 0; y < BLOCK; y++)
        for (int32_t x = 0; x < TILE; x++)
            most[x] = larger(most[x], bend(green[y][x], green[y][x + 1], green[y][x + 2], green[y][x + 3]));
    for (int32_t x = 0; x < TILE; x++) {
        const int16_t bent = larger(larger(down[x], down[x + 1]), larger(down[x + 2], down[x + 3]));
        const int16_t wanted = (int16_t)(FLAT + SLOPE * (larger(larger(most[x], bent), SPARED) - SPARED));
        most[x] = wanted < BUSY ? wanted : BUSY;
    }
    for (int32_t b = 0; b < blocks; b++) {
        const uint64_t four = (uint64_t)most[b * BLOCK] * 0x0001000100010001u;
        const uint64_t words[BLOCK] = {four, four, four, four};
        memcpy(gain + b * BLOCK * 4, words, sizeof words);
    }
}

static void weigh(const int8_t *tile, const int16_t *gain, int8_t *restrict grain, int32_t bytes) {
    for (int32_t i = 0; i < bytes; i++) {
        const int16_t product = (int16_t)(tile[i] * gain[i] + (1 << (SHIFT - 1)));
        grain[i] = (int8_t)(product >> SHIFT);
    }
}

/* All bits where a pixel can be seen, none elsewhere. */
static void visible(const uint32_t *pixels, int32_t count, uint32_t alpha, uint32_t *mask) {
    for (int32_t i = 0; i < count; i++) mask[i] = (pixels[i] & alpha) ? 0xffffffffu : 0u;
}

static void add(uint8_t *pixels, const int8_t *grain, const int8_t *mask, int32_t bytes) {
    for (int32_t i = 0; i < bytes; i++) {
        const int16_t value = (int16_t)((int16_t)pixels[i] + (int16_t)(grain[i] & mask[i]));
        pixels[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

/* Premultiplied colours: the grain is multiplied too, and no colour exceeds its alpha. The alphas are laid out like the
 * bytes, so that all are treated alike and the loop becomes vector code. */
static void add_multiplied(uint8_t *pixels, const int8_t *grain, int32_t count) {
    uint8_t alphas[BYTES];
    for (int32_t i = 0; i < count; i++) memset(alphas + 4 * i, pixels[4 * i + 3], 4);
    for (int32_t i = 0; i < 4 * count; i++) {
        const int16_t alpha = alphas[i];
        const int16_t value = (int16_t)(pixels[i] + (((int16_t)grain[i] * alpha + 128) >> 8));
        pixels[i] = (uint8_t)(value < 0 ? 0 : value > alpha ? alpha : value);
    }
}

/* pixels: RGBA rows. tile: 128 × 128 of four numbers, the fourth 0. */
NPC_API void npc_mark(uint8_t *pixels, int32_t width, int32_t height, const int8_t *tile, int32_t straight) {
    const uint8_t last[4] = {0, 0, 0, 255};
    const size_t stride = (size_t)width * 4;
    uint32_t alpha, words[TILE], mask[TILE];
    int16_t gain[BYTES];
    int8_t grain[BYTES];
    memcpy(&alpha, last, 4);
    for (int32_t top = 0; top < height; top += BLOCK)
        for (int32_t x = 0; x < width; x += TILE) {
            const int32_t count = width - x < TILE ? width - x : TILE;
            const int32_t bottom = top + BLOCK < height ? top + BLOCK : height;
            gains(pixels + (size_t)top * stride + (size_t)x * 4, stride, count, bottom == top + BLOCK, gain);
            for (int32_t y = top; y < bottom; y++) {
                uint8_t *at = pixels + (size_t)y * stride + (size_t)x * 4;
                const int8_t *row = tile + (size_t)(y % TILE) * BYTES;
                weigh(row, gain, grain, 4 * count);
                if (straight) {
                    memcpy(words, at, (size_t)count * 4);
                    visible(words, count, alpha, mask);
                    add(at, grain, (const int8_t *)mask, count * 4);
                } else {
                    add_multiplied(at, grain, count);
                }
            }
        }
}
