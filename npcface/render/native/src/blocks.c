/* Block compression for textures: BC1 (8 bytes a 4 × 4 block, opaque) and BC3 (16 bytes, with alpha).
 *
 * Layout: Microsoft, "Texture Block Compression in Direct3D 11"; S3TC in the Khronos Data Format Specification, ch. 18.
 * Method: end points along the block's principal axis, then one least-squares step on the indices they give. The slow
 * twin is npcface/render/blocks.py.
 */
#include "canvas.h"

typedef struct {
    f4 pixel[16]; /* r, g, b 0..255, fourth 0 */
} Block;

static inline uint16_t to_565(f4 colour) {
    const int32_t r = (int32_t)(clampf(colour[0], 0.0f, 255.0f) * (31.0f / 255.0f) + 0.5f);
    const int32_t g = (int32_t)(clampf(colour[1], 0.0f, 255.0f) * (63.0f / 255.0f) + 0.5f);
    const int32_t b = (int32_t)(clampf(colour[2], 0.0f, 255.0f) * (31.0f / 255.0f) + 0.5f);
    return (uint16_t)(r << 11 | g << 5 | b);
}

static inline f4 from_565(uint16_t packed) {
    const int32_t r = packed >> 11, g = packed >> 5 & 63, b = packed & 31;
    return (f4){(float)(r << 3 | r >> 2), (float)(g << 2 | g >> 4), (float)(b << 3 | b >> 2), 0.0f};
}

static inline float dot(f4 a, f4 b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/* Ends of the pixels' spread along their principal axis (three power iterations on the covariance). */
static void principal_ends(const Block *block, f4 *high, f4 *low) {
    f4 mean = {0.0f, 0.0f, 0.0f, 0.0f};
    for (int32_t i = 0; i < 16; i++) mean += block->pixel[i];
    mean *= 1.0f / 16.0f;
    f4 row_r = mean * 0.0f, row_g = row_r, row_b = row_r;
    for (int32_t i = 0; i < 16; i++) {
        const f4 off = block->pixel[i] - mean;
        row_r += off * off[0], row_g += off * off[1], row_b += off * off[2];
    }
    f4 axis = {row_r[0], row_g[1], row_b[2], 0.0f}; /* the diagonal is never at right angles to the answer */
    if (row_r[1] < 0.0f) axis[1] = -axis[1];
    if (row_r[2] < 0.0f) axis[2] = -axis[2];
    for (int32_t step = 0; step < 3; step++) {
        axis = row_r * axis[0] + row_g * axis[1] + row_b * axis[2];
        const float most = fmaxf(fmaxf(fabsf(axis[0]), fabsf(axis[1])), fabsf(axis[2]));
        if (most < 1e-6f) {
            *high = *low = mean;
            return;
        }
        axis *= 1.0f / most;
    }
    const float square = dot(axis, axis);
    float least = 0.0f, most = 0.0f;
    for (int32_t i = 0; i < 16; i++) {
        const float along = dot(block->pixel[i] - mean, axis) / square;
        least = fminf(least, along), most = fmaxf(most, along);
    }
    *high = mean + axis * most, *low = mean + axis * least;
}

/* Nearest of the four colours between two ends for every pixel; steps from `high`: 0, 1, 2, 3 thirds. */
static float assign(const Block *block, f4 high, f4 low, uint8_t steps[16]) {
    const f4 way = low - high;
    const float square = dot(way, way), scale = square > 0.0f ? 3.0f / square : 0.0f;
    float error = 0.0f;
    for (int32_t i = 0; i < 16; i++) {
        const f4 off = block->pixel[i] - high;
        const int32_t step = (int32_t)(clampf(dot(off, way) * scale, 0.0f, 3.0f) + 0.5f);
        const f4 rest = off - way * ((float)step * (1.0f / 3.0f));
        steps[i] = (uint8_t)step;
        error += dot(rest, rest);
    }
    return error;
}

/* The ends that fit the pixels best for given steps. */
static int refit(const Block *block, const uint8_t steps[16], f4 *high, f4 *low) {
    float aa = 0.0f, ab = 0.0f, bb = 0.0f;
    f4 ax = {0.0f, 0.0f, 0.0f, 0.0f}, bx = ax;
    for (int32_t i = 0; i < 16; i++) {
        const float b = (float)steps[i] * (1.0f / 3.0f), a = 1.0f - b;
        aa += a * a, ab += a * b, bb += b * b;
        ax += block->pixel[i] * a, bx += block->pixel[i] * b;
    }
    const float det = aa * bb - ab * ab;
    if (fabsf(det) < 1e-4f) return 0;
    *high = (ax * bb - bx * ab) * (1.0f / det), *low = (bx * aa - ax * ab) * (1.0f / det);
    return 1;
}

static void put_colour(const Block *block, uint8_t *out) {
    static const uint8_t code[4] = {0, 2, 3, 1}; /* thirds from the first end -> the format's index */
    f4 high, low;
    uint8_t steps[16], again[16];
    principal_ends(block, &high, &low);
    uint16_t first = to_565(high), second = to_565(low);
    const float error = assign(block, from_565(first), from_565(second), steps);
    if (refit(block, steps, &high, &low)) {
        const uint16_t a = to_565(high), b = to_565(low);
        if (assign(block, from_565(a), from_565(b), again) < error) {
            first = a, second = b;
            memcpy(steps, again, sizeof steps);
        }
    }
    uint32_t indices = 0;
    for (int32_t i = 0; i < 16; i++) {
        /* the larger end comes first: that is how the format says that there is no transparency */
        const uint8_t step = first < second ? (uint8_t)(3 - steps[i]) : steps[i];
        indices |= (uint32_t)(first == second ? 0 : code[step]) << (2 * i);
    }
    if (first < second) {
        const uint16_t swap = first;
        first = second, second = swap;
    }
    const uint8_t bytes[8] = {(uint8_t)first, (uint8_t)(first >> 8), (uint8_t)second, (uint8_t)(second >> 8),
                              (uint8_t)indices, (uint8_t)(indices >> 8), (uint8_t)(indices >> 16),
                              (uint8_t)(indices >> 24)};
    memcpy(out, bytes, 8);
}

/* Alpha: two ends and six values between them, three bits a pixel. */
static void put_alpha(const uint8_t alpha[16], uint8_t *out) {
    static const uint8_t code[8] = {0, 2, 3, 4, 5, 6, 7, 1}; /* sevenths from the high end -> index */
    uint8_t high = 0, low = 255;
    for (int32_t i = 0; i < 16; i++) {
        if (alpha[i] > high) high = alpha[i];
        if (alpha[i] < low) low = alpha[i];
    }
    uint64_t indices = 0;
    const float scale = high > low ? 7.0f / (float)(high - low) : 0.0f;
    for (int32_t i = 0; i < 16; i++) {
        const int32_t step = (int32_t)((float)(high - alpha[i]) * scale + 0.5f);
        indices |= (uint64_t)(high > low ? code[step] : 0) << (3 * i);
    }
    out[0] = high, out[1] = low;
    for (int32_t k = 0; k < 6; k++) out[2 + k] = (uint8_t)(indices >> (8 * k));
}

NPC_API void npc_blocks(const uint8_t *pixels, int32_t width, int32_t height, int32_t with_alpha, uint8_t *out) {
    const size_t stride = (size_t)width * 4, bytes = with_alpha ? 16 : 8;
    for (int32_t y = 0; y < height; y += 4)
        for (int32_t x = 0; x < width; x += 4, out += bytes) {
            Block block;
            uint8_t alpha[16];
            for (int32_t i = 0; i < 16; i++) {
                const uint8_t *at = pixels + (size_t)(y + i / 4) * stride + (size_t)(x + i % 4) * 4;
                block.pixel[i] = texel(at);
                block.pixel[i][3] = 0.0f;
                alpha[i] = at[3];
            }
            if (with_alpha) put_alpha(alpha, out);
            put_colour(&block, out + bytes - 8);
        }
}
