/* Skin, rim and openings of the face (graph.RenderGraph._face). */
#include "canvas.h"

/* Sum over 3 × 3 pixels, zeros outside, in the box; from and to may not overlap. */
static void sum3(const float *restrict from, float *restrict to, int32_t size, NpcBox box, float *restrict row) {
    memset(row, 0, ((size_t)size + 8) * sizeof(float));
    float *columns = row + 4; /* a zero before and after */
    for (int32_t y = box.y0; y < box.y1; y++) {
        const float *here = from + (size_t)y * (size_t)size;
        const float *above = y > 0 ? here - size : NULL, *below = y + 1 < size ? here + size : NULL;
        const int32_t first = box.x0 > 0 ? box.x0 - 1 : 0, end = box.x1 < size ? box.x1 + 1 : size;
        for (int32_t x = first; x < end; x++)
            columns[x] = here[x] + (above == NULL ? 0.0f : above[x]) + (below == NULL ? 0.0f : below[x]);
        float *result = to + (size_t)y * (size_t)size;
        for (int32_t x = box.x0; x < box.x1; x++) result[x] = columns[x - 1] + columns[x] + columns[x + 1];
    }
}

static NpcBox grown(NpcBox box, int32_t by, int32_t size) {
    if (box.x1 <= box.x0) return box;
    return (NpcBox){box.x0 > by ? box.x0 - by : 0, box.y0 > by ? box.y0 - by : 0,
                    box.x1 + by < size ? box.x1 + by : size, box.y1 + by < size ? box.y1 + by : size};
}

static void sample_densely(NpcCanvas *c, int32_t samples) {
    const float size = (float)c->size;
    npc_spread(c->grid, samples, c->columns, c->shares);
    for (int32_t y = 0; y < samples; y++) {
        npc_row(c->picture, 3, c->grid, c->grid, y, samples, c->columns, c->shares, samples, c->line, c->row);
        f4 *to = c->points + (size_t)y * (size_t)samples;
        const float *px = c->row, *py = px + samples, *pz = py + samples;
        for (int32_t x = 0; x < samples; x++) to[x] = (f4){px[x] * size, py[x] * size, pz[x], 0.0f};
    }
}

void npc_face(NpcCanvas *c, const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive) {
    (void)rig;
    const int32_t size = c->size, samples = drive->samples;
    const size_t pixels = (size_t)size * (size_t)size;
    sample_densely(c, samples);
    npc_splat(c->points, drive->lattice, samples, samples, size, c->keys, c->spare);
    memset(c->rim, 0, pixels * sizeof(float));
    memset(c->scratch, 0, pixels * sizeof(float));
    NpcBox face = {size, size, 0, 0}, hole = {size, size, 0, 0};
    for (int32_t y = 0; y < size; y++) {
        const size_t line = (size_t)y * (size_t)size;
        for (int32_t x = 0; x < size; x++) {
            float *coords = c->coords + 2 * (line + (size_t)x);
            const int32_t key = c->keys[line + (size_t)x];
            if (key < 0) {
                coords[0] = coords[1] = -1.0f;
                continue;
            }
            npc_refine(c->points, samples, samples, key, x, y, coords, coords + 1);
            f4 skin = look_up(looks->face_texture, looks->face_px, coords[0], coords[1]);
            const float cover = skin[3] * (2.0f / 255.0f), open = clampf(cover - 1.01f, 0.0f, 1.0f);
            skin[3] = 255.0f;
            c->skin[line + (size_t)x] = skin;
            c->rim[line + (size_t)x] = clampf(cover, 0.0f, 1.0f);
            if (x < face.x0) face.x0 = x;
            if (x >= face.x1) face.x1 = x + 1;
            if (y < face.y0) face.y0 = y;
            face.y1 = y + 1;
            if (open > 0.0f) {
                c->scratch[line + (size_t)x] = open;
                if (x < hole.x0) hole.x0 = x;
                if (x >= hole.x1) hole.x1 = x + 1;
                if (y < hole.y0) hole.y0 = y;
                hole.y1 = y + 1;
            }
        }
    }
    c->face = face;
    c->hole = grown(hole, 1, size);
    memset(c->opening, 0, pixels * sizeof(float));
    sum3(c->scratch, c->opening, size, c->hole, c->row);
    for (int32_t y = c->hole.y0; y < c->hole.y1; y++)
        for (int32_t x = c->hole.x0; x < c->hole.x1; x++)
            c->opening[(size_t)y * (size_t)size + (size_t)x] *= 1.0f / 9.0f; /* lips and lids end in silhouettes too */
    /* a silhouette has no rim alpha of its own: fade its outermost pixel over the shell */
    sum3(c->rim, c->scratch, size, face, c->row);
    for (int32_t y = face.y0; y < face.y1; y++) {
        float *rim = c->rim + (size_t)y * (size_t)size;
        const float *around = c->scratch + (size_t)y * (size_t)size;
        for (int32_t x = face.x0; x < face.x1; x++) rim[x] *= clampf(around[x] * (2.0f / 9.0f) - 1.0f, 0.0f, 1.0f);
    }
}
