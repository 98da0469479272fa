/* Blendshapes: weights -> displaced and projected face chart (graph.RenderGraph._displacement). */
#include "canvas.h"

void npc_add_shapes(float *restrict sum, const float *restrict shapes, const float *weights, int32_t count) {
    /* four shapes at a time: the sum is read and written once for all of them; most weights of a frame are 0 */
    int32_t used[NPC_WEIGHTS], n = 0;
    for (int32_t s = 0; s < NPC_WEIGHTS; s++)
        if (weights[s] != 0.0f) used[n++] = s;
    int32_t k = 0;
    for (; k + 4 <= n; k += 4) {
        const float *a = shapes + (size_t)used[k] * (size_t)count, *b = shapes + (size_t)used[k + 1] * (size_t)count;
        const float *c = shapes + (size_t)used[k + 2] * (size_t)count, *d = shapes + (size_t)used[k + 3] * (size_t)count;
        const float wa = weights[used[k]], wb = weights[used[k + 1]], wc = weights[used[k + 2]],
                    wd = weights[used[k + 3]];
        for (int32_t i = 0; i < count; i++) sum[i] += (wa * a[i] + wb * b[i]) + (wc * c[i] + wd * d[i]);
    }
    for (; k < n; k++) {
        const float *a = shapes + (size_t)used[k] * (size_t)count;
        const float w = weights[used[k]];
        for (int32_t i = 0; i < count; i++) sum[i] += w * a[i];
    }
}

/* Landmark offsets in the picture's plane, turned back into head space: the rows of the rotation are orthonormal. */
static void push(NpcCanvas *c, const NpcDrive *drive) {
    const int32_t grid = c->grid;
    float rows[2][3];
    for (int32_t r = 0; r < 2; r++) {
        const float *pose = drive->pose + 3 * r;
        const float square = pose[0] * pose[0] + pose[1] * pose[1] + pose[2] * pose[2];
        for (int32_t k = 0; k < 3; k++) rows[r][k] = pose[k] / square;
    }
    npc_spread(drive->offsets_px, grid, c->columns, c->shares);
    for (int32_t y = 0; y < grid; y++) {
        npc_row(drive->offsets, 2, drive->offsets_px, drive->offsets_px, y, grid, c->columns, c->shares, grid, c->line,
                c->row);
        for (int32_t k = 0; k < 3; k++) {
            float *to = c->moved + ((size_t)k * (size_t)grid + (size_t)y) * (size_t)grid;
            for (int32_t x = 0; x < grid; x++) to[x] += rows[0][k] * c->row[x] + rows[1][k] * c->row[grid + x];
        }
    }
}

void npc_displace(NpcCanvas *c, const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive) {
    const int32_t nodes = c->grid * c->grid, count = 3 * nodes;
    memset(c->moved, 0, (size_t)count * sizeof(float));
    npc_add_shapes(c->moved, rig->shapes, drive->weights, count);
    for (int32_t side = 0; side < 2; side++) {
        const float weight = drive->weights[rig->blink + side];
        const float *more = looks->face_blink + (size_t)side * (size_t)count;
        if (weight != 0.0f)
            for (int32_t i = 0; i < count; i++) c->moved[i] += weight * more[i];
    }
    if (drive->offsets != NULL) push(c, drive);
    const float *x = looks->face_rest, *y = x + nodes, *z = y + nodes;
    const float *mx = c->moved, *my = mx + nodes, *mz = my + nodes;
    float *px = c->picture, *py = px + nodes, *pz = py + nodes;
    for (int32_t i = 0; i < nodes; i++)
        project(drive->pose, drive->place, rig->pivot, x[i] + mx[i], y[i] + my[i], z[i] + mz[i], px + i, py + i, pz + i);
}
