/* Working memory and the small tools that all stages use. */
#ifndef NPCFACE_CANVAS_H
#define NPCFACE_CANVAS_H

#include <math.h>
#include <string.h>

#include "draw.h"

#define NPC_FIELD_MAX 64    /* nodes along a shell's field */
#define NPC_SAMPLES_MAX 960 /* looks.DENSITY_STEPS ends there */
#define NPC_HALF_MAX 256    /* half of the largest picture's side */
#define NPC_PATCH_MAX 192   /* of a 512 px picture's mouth */

typedef float f4 __attribute__((vector_size(16)));
typedef int32_t i4 __attribute__((vector_size(16)));
typedef uint8_t u8x4 __attribute__((vector_size(4)));

typedef struct {
    int32_t x0, y0, x1, y1; /* x1, y1 exclusive; empty when x1 <= x0 */
} NpcBox;

struct NpcCanvas {
    int32_t size, most, grid; /* of the pictures now, and the largest that fit */
    uint8_t *memory;          /* all arrays below */
    float *moved;     /* [3, G, G] displacement, head units */
    float *picture;   /* [3, G, G] projected: x, y 0..1, z texture widths */
    f4 *points;       /* [samples, samples] x, y in px, z; also the mouth's sheets */
    int32_t *keys;    /* [P, P] splat keys, and one spare of the same size */
    int32_t *spare;
    float *coords;    /* [P, P, 2] face chart −1..1, (−1, −1) where there is no face */
    f4 *skin;         /* [P, P] */
    float *rim, *opening, *row; /* [P, P], [P, P], [P + 16] */
    float *scratch;   /* [P, P] */
    f4 *head;         /* [P, P] premultiplied 0..255 */
    f4 *known;        /* [2, S, S] a shell's map: shift x, y and inverse slopes */
    float *source;    /* [2, S, S] */
    uint8_t *bent;    /* [S, S] */
    f4 *inside;       /* [patch, patch · 3/2]: mouth | eyes */
    int32_t *columns; /* [samples or P] first column of an interpolation, and its share */
    float *shares;
    float *line;      /* [3, max(G, S)] one interpolated row */
    NpcBox face, hole; /* pixels with a face, pixels that open */
    int32_t fronted;   /* displacement and rim are of the frame that is being drawn */
};

/* NaN becomes low: what follows is an index as often as not. */
static inline float clampf(float v, float low, float high) { return v > low ? (v < high ? v : high) : low; }
static inline int32_t clampi(int32_t v, int32_t low, int32_t high) { return v < low ? low : v > high ? high : v; }

static inline f4 texel(const uint8_t *at) {
    u8x4 raw;
    memcpy(&raw, at, 4);
    return __builtin_convertvector(raw, f4);
}

/* Place of one bilinear look-up along an axis of `size` texels for a coordinate −1..1, clamped to the border. */
static inline float place_of(float coordinate, int32_t size, int32_t *first) {
    float at = (coordinate + 1.0f) * (0.5f * (float)size) - 0.5f;
    at = clampf(at, 0.0f, (float)(size - 1));
    *first = clampi((int32_t)at, 0, size - 2);
    return at - (float)*first;
}

/* Bilinear look-up in a [size, size, 4] byte texture, coordinates −1..1. */
static inline f4 look_up(const uint8_t *texture, int32_t size, float x, float y) {
    int32_t left, top;
    const float fx = place_of(x, size, &left), fy = place_of(y, size, &top);
    const uint8_t *at = texture + ((size_t)top * (size_t)size + (size_t)left) * 4;
    const f4 a = texel(at), b = texel(at + 4), c = texel(at + 4 * size), d = texel(at + 4 * size + 4);
    const f4 upper = a + (b - a) * fx, lower = c + (d - c) * fx;
    return upper + (lower - upper) * fy;
}

/* Texture point of a head-space point: x, y 0..1, z texture widths. */
static inline void project(const float pose[9], const float place[2], const float pivot[3], float x, float y, float z,
                           float *out_x, float *out_y, float *out_z) {
    x -= pivot[0], y -= pivot[1], z -= pivot[2];
    *out_x = pose[0] * x + pose[1] * y + pose[2] * z + place[0];
    *out_y = pose[3] * x + pose[4] * y + pose[5] * z + place[1];
    *out_z = pose[6] * x + pose[7] * y + pose[8] * z;
}

/* First texel and share of the next for `out` samples spread over `in`, as bilinear interpolation without aligned
 * corners has them. */
void npc_spread(int32_t in, int32_t out, int32_t *first, float *share);

/* [channels, in_rows, in_columns] -> one row of `out` interpolated samples per channel. */
void npc_row(const float *planes, int32_t channels, int32_t rows, int32_t columns, int32_t row, int32_t out_rows,
             const int32_t *first, const float *share, int32_t out, float *line, float *result);

/* Blendshapes (shapes.c). */
void npc_displace(NpcCanvas *, const NpcRig *, const NpcLooks *, const NpcDrive *);
void npc_add_shapes(float *sum, const float *shapes, const float *weights, int32_t count);

/* Visibility (splat.c). `stride` packs row and column of a winner: key & 2^20 − 1 = row · 1024 + column. */
void npc_splat(const f4 *points, const uint8_t *lattice, int32_t rows, int32_t columns, int32_t size, int32_t *keys,
               int32_t *spare);
float npc_refine(const f4 *points, int32_t rows, int32_t columns, int32_t key, int32_t px, int32_t py, float *x,
                 float *y);

void npc_face(NpcCanvas *, const NpcRig *, const NpcLooks *, const NpcDrive *);
void npc_shell(NpcCanvas *, const NpcRig *, const NpcShell *, const NpcDrive *, float share, int behind);
void npc_inside(NpcCanvas *, const NpcRig *, const NpcLooks *, const NpcDrive *);

/* Whether a pixel lies above the nose, so that its opening is an eye's (inside.c). */
typedef struct {
    float x, y, side_x, side_y, up_x, up_y;
} NpcNose;
NpcNose npc_nose(const NpcRig *, const NpcDrive *);
static inline int npc_above(const NpcNose *nose, float x, float y) {
    return (x - nose->x) * nose->up_x + (nose->y - y) * nose->up_y > 0.0f;
}

#endif
