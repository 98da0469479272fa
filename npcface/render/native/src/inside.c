/* What lies behind the openings: eyeballs and the mouth's inside, drawn small (npcface/render/inside.py). */
#include "canvas.h"

#define SHEET_NODES_MAX 2048

NpcNose npc_nose(const NpcRig *rig, const NpcDrive *drive) {
    NpcNose nose;
    float depth;
    project(drive->pose, drive->place, rig->pivot, rig->nose[0], rig->nose[1], rig->nose[2], &nose.x, &nose.y, &depth);
    const float *p = drive->pose;
    nose.side_x = p[0], nose.side_y = -p[3], nose.up_x = p[1], nose.up_y = -p[4];
    return nose;
}

static float unit_of(const NpcDrive *drive) { /* texture widths per head unit */
    const float *p = drive->pose;
    return sqrtf(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
}

/* Bilinear [channels] of [channels, rows, columns] planes at x, y −1..1, clamped to the border. */
static void look_up_planes(const float *planes, int32_t channels, int32_t rows, int32_t columns, float x, float y,
                           float *out) {
    int32_t left, top;
    const float fx = place_of(x, columns, &left), fy = place_of(y, rows, &top);
    for (int32_t k = 0; k < channels; k++) {
        const float *p = planes + ((size_t)k * (size_t)rows + (size_t)top) * (size_t)columns + (size_t)left;
        const float upper = p[0] + (p[1] - p[0]) * fx, lower = p[columns] + (p[columns + 1] - p[columns]) * fx;
        out[k] = upper + (lower - upper) * fy;
    }
}

static void eye(const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive, int32_t which, int32_t size, f4 *out,
                int32_t stride) {
    const float reach = rig->eye_span / rig->eye_radius, unit = unit_of(drive), *p = drive->pose;
    const float *axes = drive->axes + 9 * which, onto = rig->eye_radius / looks->iris[which];
    const float *sclera = looks->eye_textures + (size_t)which * 7 * (size_t)(looks->eye_px * looks->eye_px);
    const float *iris = sclera + 3 * (size_t)(looks->eye_px * looks->eye_px);
    for (int32_t row = 0; row < size; row++)
        for (int32_t column = 0; column < size; column++) {
            const float x = (((float)column + 0.5f) / (float)size * 2.0f - 1.0f) * reach;
            const float y = -(((float)row + 0.5f) / (float)size * 2.0f - 1.0f) * reach;
            const float z = sqrtf(fmaxf(1.0f - x * x - y * y, 0.02f));
            const float fixed_x = (p[0] * x - p[3] * y + p[6] * z) / unit;
            const float fixed_y = (p[1] * x - p[4] * y + p[7] * z) / unit;
            const float away = axes[6] * x + axes[7] * y + axes[8] * z < 0.0f ? 4.0f : 0.0f; /* past the disc's border */
            const float on_x = (axes[0] * x + axes[1] * y + axes[2] * z) * onto + away;
            const float on_y = (axes[3] * x + axes[4] * y + axes[5] * z) * onto + away;
            float white[3], disc[4];
            look_up_planes(sclera, 3, looks->eye_px, looks->eye_px, fixed_x / reach, -fixed_y / reach, white);
            look_up_planes(iris, 4, looks->eye_px, looks->eye_px, on_x, -on_y, disc);
            f4 colour = {0.0f, 0.0f, 0.0f, 255.0f};
            for (int32_t k = 0; k < 3; k++) colour[k] = (white[k] * (1.0f - disc[3]) + disc[k] * disc[3]) * 255.0f;
            out[(size_t)row * (size_t)stride + (size_t)column] = colour;
        }
}

typedef struct {
    float x, y, z, half; /* texture units: the centre, and half of the patch's side */
} Window;

static Window window_of(const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive) {
    const float *centre = rig->mouth_centre, *shift = looks->mouth_shift;
    Window window;
    project(drive->pose, drive->place, rig->pivot, centre[0] + shift[0], centre[1] + shift[1], centre[2] + shift[2],
            &window.x, &window.y, &window.z);
    window.half = unit_of(drive) * rig->mouth_span;
    return window;
}

/* Teeth, gums and tongue as dense points in the patch's pixels, sheet under sheet; the number of rows. */
static int32_t place_sheets(NpcCanvas *c, const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive,
                            Window window, int32_t patch) {
    const int32_t dense[NPC_SHEETS] = {patch / 2, patch / 2, patch * 5 / 8}, columns = patch + patch / 2;
    float shaped[3 * SHEET_NODES_MAX];
    int32_t rows = 0;
    for (int32_t k = 0; k < NPC_SHEETS; k++) {
        const int32_t nodes = rig->sheet_rows[k] * rig->sheet_columns[k];
        memcpy(shaped, rig->sheet_mean[k], (size_t)(3 * nodes) * sizeof(float));
        npc_add_shapes(shaped, rig->sheet_moves[k], drive->weights, 3 * nodes);
        for (int32_t i = 0; i < nodes; i++)
            project(drive->pose, drive->place, rig->pivot, shaped[i] + looks->mouth_shift[0],
                    shaped[nodes + i] + looks->mouth_shift[1], shaped[2 * nodes + i] + looks->mouth_shift[2], shaped + i,
                    shaped + nodes + i, shaped + 2 * nodes + i);
        npc_spread(rig->sheet_columns[k], columns, c->columns, c->shares);
        for (int32_t row = 0; row < dense[k]; row++, rows++) {
            npc_row(shaped, 3, rig->sheet_rows[k], rig->sheet_columns[k], row, dense[k], c->columns, c->shares, columns,
                    c->line, c->row);
            f4 *to = c->points + (size_t)rows * (size_t)columns;
            const float scale = 0.5f * (float)patch;
            for (int32_t i = 0; i < columns; i++)
                to[i] = (f4){((c->row[i] - window.x) / window.half + 1.0f) * scale,
                             ((c->row[columns + i] - window.y) / window.half + 1.0f) * scale, c->row[2 * columns + i],
                             0.0f};
        }
    }
    return rows;
}

static void mouth(NpcCanvas *c, const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive, int32_t patch,
                  int32_t stride) {
    const Window window = window_of(rig, looks, drive);
    const int32_t columns = patch + patch / 2, rows = place_sheets(c, rig, looks, drive, window, patch);
    npc_splat(c->points, NULL, rows, columns, patch, c->keys, c->spare);
    const float lips = window.z + unit_of(drive) * 1.3f;
    for (int32_t y = 0; y < patch; y++)
        for (int32_t x = 0; x < patch; x++) {
            const int32_t key = c->keys[(size_t)y * (size_t)patch + (size_t)x];
            float at_x = -1.0f, at_y = -1.0f, depth = c->points[0][2], paint[3], seen = 0.0f;
            for (int32_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < patch; v++)
                for (int32_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < patch; u++)
                    seen += c->keys[(size_t)v * (size_t)patch + (size_t)u] >= 0 ? 1.0f / 9.0f : 0.0f;
            f4 *out = c->inside + (size_t)y * (size_t)stride + (size_t)x;
            f4 dark = {looks->cavity[0], looks->cavity[1], looks->cavity[2], 0.0f};
            if (seen > 0.0f) {
                if (key >= 0) depth = npc_refine(c->points, rows, columns, key, x, y, &at_x, &at_y);
                look_up_planes(looks->mouth_paint, 3, looks->paint_rows, looks->paint_columns, at_x, at_y, paint);
                const float behind = clampf((lips - depth) / window.half * rig->mouth_span, 0.0f, 6.0f);
                const float light = expf(-0.3f * behind); /* what lies further back gets less light */
                dark += ((f4){paint[0], paint[1], paint[2], 0.0f} * light - dark) * seen;
            }
            *out = dark * 255.0f;
            (*out)[3] = 255.0f;
        }
}

/* Lay what the openings show into c->skin, in the box c->hole. */
void npc_inside(NpcCanvas *c, const NpcRig *rig, const NpcLooks *looks, const NpcDrive *drive) {
    const int32_t size = c->size, patch = size * 3 / 16 * 2, wide = patch + patch / 2;
    const NpcBox box = c->hole;
    const NpcNose nose = npc_nose(rig, drive);
    int lips = 0, lids = 0;
    for (int32_t y = box.y0; y < box.y1; y++)
        for (int32_t x = box.x0; x < box.x1; x++)
            if (c->opening[(size_t)y * (size_t)size + (size_t)x] > 0.0f) {
                if (npc_above(&nose, ((float)x + 0.5f) / (float)size, ((float)y + 0.5f) / (float)size)) lids = 1;
                else lips = 1;
            }
    if (lids) {
        eye(rig, looks, drive, 0, patch / 2, c->inside + patch, wide);
        eye(rig, looks, drive, 1, patch / 2, c->inside + patch + (size_t)(patch / 2) * (size_t)wide, wide);
    }
    if (lips) mouth(c, rig, looks, drive, patch, wide);
    const Window window = window_of(rig, looks, drive);
    const float eye_half = unit_of(drive) * rig->eye_span;
    float places[2][3];
    for (int32_t k = 0; k < 2; k++)
        project(drive->pose, drive->place, rig->pivot, looks->eyes[3 * k], looks->eyes[3 * k + 1], looks->eyes[3 * k + 2],
                &places[k][0], &places[k][1], &places[k][2]);
    for (int32_t py = box.y0; py < box.y1; py++)
        for (int32_t px = box.x0; px < box.x1; px++) {
            const size_t at = (size_t)py * (size_t)size + (size_t)px;
            const float open = c->opening[at];
            if (open <= 0.0f || c->rim[at] <= 0.0f) continue;
            const float x = ((float)px + 0.5f) / (float)size, y = ((float)py + 0.5f) / (float)size;
            const int above = npc_above(&nose, x, y);
            const int left = (x - nose.x) * nose.side_x + (nose.y - y) * nose.side_y > 0.0f;
            const float *middle = places[left ? 0 : 1];
            float gx = clampf((x - (above ? middle[0] : window.x)) / (above ? eye_half : window.half), -0.96f, 0.96f);
            float gy = clampf((y - (above ? middle[1] : window.y)) / (above ? eye_half : window.half), -0.96f, 0.96f);
            /* from each patch's own −1..1 to the atlas: the mouth takes two thirds of its width, an eye half its height */
            gx = above ? gx * (1.0f / 3.0f) + 2.0f / 3.0f : gx * (2.0f / 3.0f) - 1.0f / 3.0f;
            if (above) gy = gy * 0.5f + (left ? -0.5f : 0.5f);
            int32_t column, row;
            const float fx = place_of(gx, wide, &column), fy = place_of(gy, patch, &row);
            const f4 *p = c->inside + (size_t)row * (size_t)wide + (size_t)column;
            const f4 upper = p[0] + (p[1] - p[0]) * fx, lower = p[wide] + (p[wide + 1] - p[wide]) * fx;
            f4 colour = upper + (lower - upper) * fy;
            if (!above) { /* an eye's own shadow is part of its texture */
                float deep = 0.0f;
                for (int32_t v = clampi(py - 4, box.y0, size); v <= py + 4 && v < box.y1; v++)
                    for (int32_t u = clampi(px - 4, box.x0, size); u <= px + 4 && u < box.x1; u++)
                        deep += c->opening[(size_t)v * (size_t)size + (size_t)u];
                colour *= 0.55f + 0.45f * clampf(deep * (1.2f / 81.0f), 0.0f, 1.0f);
                colour[3] = 255.0f;
            }
            c->skin[at] += (colour - c->skin[at]) * open;
        }
}
