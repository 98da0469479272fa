/* Hair, ears, neck and body: a soft sheet whose map is inverted by Newton steps (npcface/render/shell.py). */
#include "canvas.h"

#define STEPS 6
#define BENT 8e-4f /* texture widths: guessing is wrong by an eighth of it, a twenty-fifth of a pixel of 512 */
#define TORN 1.2e-2f /* neighbours that came from different places: what lies between is no place to start from */
#define LEAST_SLOPE 0.35f
#define LONGEST_STEP 0.08f
#define CLOSE 1e-4f /* texture widths, a twentieth of a pixel of 512: the step that was this short was the last */
#define FADE 0.16f /* half texture widths over which what the portrait's frame cut off fades out */

/* Bilinear value of a [G, G] plane at a chart coordinate −1..1. */
static inline float at_chart(const float *plane, int32_t size, int32_t left, int32_t top, float fx, float fy) {
    const float *p = plane + (size_t)top * (size_t)size + (size_t)left;
    const float upper = p[0] + (p[1] - p[0]) * fx, lower = p[size] + (p[size + 1] - p[size]) * fx;
    return upper + (lower - upper) * fy;
}

/* Where every node goes: target − home into known[0][..][0, 1]; the shift of the head as a whole, weighted by head. */
static void move_nodes(NpcCanvas *c, const NpcRig *rig, const NpcShell *shell, const NpcDrive *drive, float shift[2]) {
    const int32_t s = shell->field_px, grid = c->grid;
    const size_t nodes = (size_t)s * (size_t)s, plane = (size_t)grid * (size_t)grid;
    const float *f = shell->field;
    double sum_x = 0, sum_y = 0, sum = 0;
    for (int32_t row = 0; row < s; row++)
        for (int32_t column = 0; column < s; column++) {
            const size_t i = (size_t)row * (size_t)s + (size_t)column;
            int32_t left, top;
            const float fx = place_of(f[6 * nodes + i], grid, &left), fy = place_of(f[7 * nodes + i], grid, &top);
            const float share = f[8 * nodes + i], follow = f[9 * nodes + i];
            float head[3], x, y, z;
            for (int32_t k = 0; k < 3; k++)
                head[k] = f[(size_t)k * nodes + i] + share * (at_chart(c->moved + (size_t)k * plane, grid, left, top, fx, fy) +
                                                             f[(size_t)(3 + k) * nodes + i]);
            project(drive->pose, drive->place, rig->pivot, head[0], head[1], head[2], &x, &y, &z);
            const float home_x = ((float)column + 0.5f) / (float)s, home_y = ((float)row + 0.5f) / (float)s;
            const float body_x = (home_x - 0.5f) * drive->body[2] + 0.5f + drive->body[0];
            const float body_y = (home_y - 0.5f) * drive->body[2] + 0.5f + drive->body[1];
            c->known[i] = (f4){x * follow + body_x * (1 - follow) - home_x, y * follow + body_y * (1 - follow) - home_y,
                               0.0f, 0.0f};
            const float weight = follow * share;
            sum_x += (double)((x - home_x) * weight), sum_y += (double)((y - home_y) * weight), sum += (double)weight;
        }
    shift[0] = (float)(sum_x / (sum + 1e-3)), shift[1] = (float)(sum_y / (sum + 1e-3));
}

/* Inverse of the map's 2 × 2 derivative into the second half of `known`, kept away from folds. */
static void invert_slopes(NpcCanvas *c, int32_t s) {
    f4 *known = c->known, *slopes = known + (size_t)s * (size_t)s;
    const float half = 0.5f * (float)s;
    for (int32_t row = 0; row < s; row++)
        for (int32_t column = 0; column < s; column++) {
            const f4 *at = known + (size_t)row * (size_t)s + (size_t)column;
            /* past the border the map goes on as it ran: repeating it would halve its slope there */
            const f4 left = column > 0 ? at[-1] : 2 * at[0] - at[1];
            const f4 right = column + 1 < s ? at[1] : 2 * at[0] - at[-1];
            const f4 up = row > 0 ? at[-s] : 2 * at[0] - at[s];
            const f4 down = row + 1 < s ? at[s] : 2 * at[0] - at[-s];
            const f4 along = (right - left) * half, below = (down - up) * half;
            /* known holds target − home, so that home's own slope of 1 is added back */
            const float a = fmaxf(along[0] + 1.0f, LEAST_SLOPE), cc = along[1];
            const float b = below[0], d = fmaxf(below[1] + 1.0f, LEAST_SLOPE);
            const float inverse = 1.0f / fmaxf(a * d - b * cc, LEAST_SLOPE * LEAST_SLOPE);
            slopes[(size_t)row * (size_t)s + (size_t)column] = (f4){d, -b, -cc, a} * inverse;
        }
}

/* One Newton step of (x, y) towards what moves to the goal; whether it was as good as there. */
static inline int step_to(const f4 *known, int32_t s, float goal_x, float goal_y, float *x, float *y) {
    const f4 *slopes = known + (size_t)s * (size_t)s;
    int32_t left, top;
    const float fx = place_of(*x * 2.0f - 1.0f, s, &left), fy = place_of(*y * 2.0f - 1.0f, s, &top);
    const size_t at = (size_t)top * (size_t)s + (size_t)left;
    const f4 *m = known + at, *n = slopes + at;
    f4 upper = m[0] + (m[1] - m[0]) * fx, lower = m[s] + (m[s + 1] - m[s]) * fx;
    const f4 moved = upper + (lower - upper) * fy;
    upper = n[0] + (n[1] - n[0]) * fx, lower = n[s] + (n[s + 1] - n[s]) * fx;
    const f4 slope = upper + (lower - upper) * fy;
    const float ex = goal_x - *x - moved[0], ey = goal_y - *y - moved[1];
    const float dx = clampf(slope[0] * ex + slope[1] * ey, -LONGEST_STEP, LONGEST_STEP);
    const float dy = clampf(slope[2] * ex + slope[3] * ey, -LONGEST_STEP, LONGEST_STEP);
    *x += dx, *y += dy;
    return fabsf(dx) + fabsf(dy) < CLOSE;
}

/* Where in the portrait the place comes from that ends at the goal, beginning at (x, y); past a fold the iteration stops
 * somewhere. */
static inline void solve(const f4 *known, int32_t s, float goal_x, float goal_y, float *x, float *y) {
    for (int32_t step = 0; step < STEPS && !step_to(known, s, goal_x, goal_y, x, y); step++)
        ;
}

static void solve_nodes(NpcCanvas *c, int32_t s, const float shift[2]) {
    float *out_x = c->source, *out_y = out_x + (size_t)s * (size_t)s;
    const float side = (float)s;
    for (int32_t row = 0; row < s; row++)
        for (int32_t column = 0; column < s; column++) {
            const size_t i = (size_t)row * (size_t)s + (size_t)column;
            const float goal_x = ((float)column + 0.5f) / side, goal_y = ((float)row + 0.5f) / side;
            out_x[i] = goal_x - shift[0], out_y[i] = goal_y - shift[1];
            solve(c->known, s, goal_x, goal_y, out_x + i, out_y + i);
        }
}

static inline float bend(const float *at, int32_t beside) { return fabsf(at[-beside] + at[beside] - 2.0f * at[0]); }

/* c->bent: 1 beside nodes between which a guess is not good enough, 2 where it is not even a place to start from. */
static void find_bends(NpcCanvas *c, int32_t s) {
    const float *x = c->source, *y = x + (size_t)s * (size_t)s;
    memset(c->bent, 0, (size_t)s * (size_t)s);
    for (int32_t row = 1; row + 1 < s; row++)
        for (int32_t column = 1; column + 1 < s; column++) {
            const size_t i = (size_t)row * (size_t)s + (size_t)column;
            const float most = fmaxf(fmaxf(bend(x + i, 1), bend(x + i, s)), fmaxf(bend(y + i, 1), bend(y + i, s)));
            c->bent[i] = (uint8_t)(most > TORN ? 2 : most > BENT);
        }
}

/* Draw a shell into c->head: in front of nothing, or with `behind` under what stands there. */
void npc_shell(NpcCanvas *c, const NpcRig *rig, const NpcShell *shell, const NpcDrive *drive, float share, int behind) {
    const int32_t s = shell->field_px, size = c->size;
    float shift[2];
    move_nodes(c, rig, shell, drive, shift);
    invert_slopes(c, s);
    solve_nodes(c, s, shift);
    find_bends(c, s);
    npc_spread(s, size, c->columns, c->shares);
    /* pixels between nodes are guessed from them, but not past the last ones, and not where that cuts scallops into the
     * sheet's rim */
    const int32_t margin = (size / s + 1) / 2;
    for (int32_t y = 0; y < size; y++) {
        npc_row(c->source, 2, s, s, y, size, c->columns, c->shares, size, c->line, c->row);
        const float *from_x = c->row, *from_y = from_x + size;
        const float *rim = c->rim + (size_t)y * (size_t)size;
        f4 *head = c->head + (size_t)y * (size_t)size;
        const float down = ((float)y + 0.5f) * ((float)s / (float)size) - 0.5f;
        const int past_rows = y < margin || y >= size - margin;
        const uint8_t *bent = c->bent + (size_t)clampi((int32_t)clampf(down, 0.0f, (float)s), 0, s - 2) * (size_t)s;
        for (int32_t x = 0; x < size; x++) {
            if (rim[x] >= 1.0f || (behind && head[x][3] >= 255.0f)) continue; /* the face hides it, or the shell before it */
            float from[2] = {from_x[x], from_y[x]};
            const uint8_t *corner = bent + c->columns[x];
            const int outside = past_rows || x < margin || x >= size - margin;
            const int bends = outside ? 2 : corner[0] | corner[1] | corner[s] | corner[s + 1];
            if (bends) {
                const float goal_x = ((float)x + 0.5f) / (float)size, goal_y = ((float)y + 0.5f) / (float)size;
                if (bends > 1) {
                    from[0] = goal_x - shift[0], from[1] = goal_y - shift[1];
                    solve(c->known, s, goal_x, goal_y, from, from + 1);
                } else { /* one step squares what a guess is wrong by */
                    step_to(c->known, s, goal_x, goal_y, from, from + 1);
                }
            }
            const float fx = from[0] * 2.0f - 1.0f, fy = from[1] * 2.0f - 1.0f;
            /* past the portrait's top and sides its last texels would be drawn out as streaks: hair fades, shoulders
             * go on */
            const float hair = clampf((0.5f - fy) / 0.3f, 0.0f, 1.0f);
            const float past = fmaxf((fabsf(fx) - 1.0f) * hair, -fy - 1.0f);
            f4 colour = look_up(shell->texture, shell->texture_px, fx, fy) * (clampf(1.0f - past / FADE, 0.0f, 1.0f) * share);
            head[x] = behind ? head[x] + colour * (1.0f - head[x][3] * (1.0f / 255.0f)) : colour;
        }
    }
}
