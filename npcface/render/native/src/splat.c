/* Who is visible: dense points of a geometry image dropped onto pixels, nearest wins (npcface/render/splat.py). */
#include "canvas.h"

#define INDEX_BITS 20
#define DEPTH_LEVELS ((1 << (31 - INDEX_BITS)) - 2)
/* key difference, 0.004 texture widths, from which on a pixel is taken to look through a gap in what is nearer */
#define SEE_THROUGH ((int32_t)(0.004 * DEPTH_LEVELS) << INDEX_BITS)

static inline int32_t most(int32_t a, int32_t b) { return a > b ? a : b; }
static inline int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }

/* A gap one pixel wide takes a winner from beside or above. */
static void fill_gaps(const int32_t *restrict from, int32_t *restrict to, int32_t size, const int32_t *empty) {
    for (int32_t y = 0; y < size; y++) {
        const int32_t *here = from + (size_t)y * (size_t)size;
        const int32_t *above = y > 0 ? here - size : empty, *below = y + 1 < size ? here + size : empty;
        int32_t *result = to + (size_t)y * (size_t)size;
        for (int32_t x = 0; x < size; x++) {
            const int32_t left = x > 0 ? here[x - 1] : -1, right = x + 1 < size ? here[x + 1] : -1;
            const int32_t between = most(least(left, right), least(above[x], below[x]));
            const int32_t nearest = most(most(left, right), most(above[x], below[x]));
            /* unsigned: the difference of a key and −1 never overflows, that of two keys neither */
            const int32_t through = between - here[x] > SEE_THROUGH ? between : here[x];
            result[x] = here[x] >= 0 ? through : nearest;
        }
    }
}

void npc_splat(const f4 *points, const uint8_t *lattice, int32_t rows, int32_t columns, int32_t size, int32_t *keys,
               int32_t *spare) {
    static const int32_t nothing[512] = {
        [0 ... 511] = -1};
    const size_t pixels = (size_t)size * (size_t)size;
    memset(keys, 0xff, pixels * sizeof(int32_t));
    const float edge = (float)size;
    for (int32_t row = 0; row < rows; row++) {
        const f4 *line = points + (size_t)row * (size_t)columns;
        const uint8_t *valid = lattice == NULL ? NULL : lattice + (size_t)row * (size_t)columns;
        for (int32_t column = 0; column < columns; column++) {
            const float x = line[column][0], y = line[column][1];
            if ((valid != NULL && !valid[column]) || !(x >= 0.0f && x < edge && y >= 0.0f && y < edge)) continue;
            const float depth = clampf((line[column][2] + 0.5f) * DEPTH_LEVELS, 0.0f, (float)DEPTH_LEVELS);
            const int32_t key = ((int32_t)depth << INDEX_BITS) + row * 1024 + column;
            int32_t *cell = keys + (size_t)(int32_t)y * (size_t)size + (size_t)(int32_t)x;
            if (key > *cell) *cell = key;
        }
    }
    fill_gaps(keys, spare, size, nothing);
    fill_gaps(spare, keys, size, nothing);
}

float npc_refine(const f4 *points, int32_t rows, int32_t columns, int32_t key, int32_t px, int32_t py, float *x,
                 float *y) {
    const int32_t index = key & ((1 << INDEX_BITS) - 1);
    const int32_t row = least(index >> 10, rows - 2), column = least(index & 1023, columns - 2);
    const f4 *at = points + (size_t)row * (size_t)columns + (size_t)column;
    const f4 origin = at[0], right = at[1] - origin, down = at[columns] - origin;
    const float gap_x = (float)px + 0.5f - origin[0], gap_y = (float)py + 0.5f - origin[1];
    const float area = right[0] * down[1] - right[1] * down[0];
    /* folded or edge-on cells have no stable inverse: they keep their own coordinate */
    const float inverse = fabsf(area) > 0.02f ? 1.0f / area : 1e-9f;
    const float across = clampf((gap_x * down[1] - gap_y * down[0]) * inverse, -1.5f, 2.5f);
    const float along = clampf((right[0] * gap_y - right[1] * gap_x) * inverse, -1.5f, 2.5f);
    *x = ((float)column + across + 0.5f) * (2.0f / (float)columns) - 1.0f;
    *y = ((float)row + along + 0.5f) * (2.0f / (float)rows) - 1.0f;
    return origin[2];
}
