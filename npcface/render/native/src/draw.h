/* The CPU renderer: the same picture as npcface/render/graph.py draws with tensor operations, in one pass per stage.
 *
 * A head is drawn by npc_front, npc_back and npc_meet. Then npc_output gives RGBA bytes; or, for the neural quality,
 * npc_conditions -> the generator, run by onnxruntime -> npc_blend. Every array is dense, row 0 on top, channel order as in graph.py;
 * letters in brackets are sides: G grid of the face chart, S of the shell's field, P the picture's side.
 * One NpcCanvas serves one thread at a time. Nothing here allocates but npc_canvas_new.
 */
#ifndef NPCFACE_DRAW_H
#define NPCFACE_DRAW_H

#include <stdint.h>

#define NPC_ABI 6 /* raise with every change of a struct or a function; library.py compares */
#define NPC_WEIGHTS 52
#define NPC_SHEETS 3  /* of the mouth's inside: upper arch, lower arch, tongue */
#define NPC_FEATURES 8 /* channels of the feature atlas */
#define NPC_INPUTS 27  /* channels of the generator's input: 16 folded RGBA, 3 maps, 8 features */
#define NPC_STEPS 16   /* channels of its answer: 16 folded RGBA */

#if defined(_WIN32)
#define NPC_API __declspec(dllexport)
#else
#define NPC_API __attribute__((visibility("default")))
#endif

/* The rig: constants that all characters share. Head units unless noted. */
typedef struct {
    int32_t grid;
    int32_t blink; /* number of eyeBlinkLeft; eyeBlinkRight follows it */
    const float *shapes; /* [52, 3, G, G] displacement at weight 1 */
    int32_t sheet_rows[NPC_SHEETS], sheet_columns[NPC_SHEETS];
    const float *sheet_mean[NPC_SHEETS];  /* [3, rows, columns] */
    const float *sheet_moves[NPC_SHEETS]; /* [52, 3, rows, columns] */
    float pivot[3], mouth_centre[3], nose[3];
    float eye_radius, eye_span, mouth_span;
} NpcRig;

/* One shell: texture [T, T, 4] premultiplied and field [10, S, S], see graph.Looks. */
typedef struct {
    const uint8_t *texture;
    const float *field;
    int32_t texture_px, field_px;
} NpcShell;

/* What stays the same for a character from frame to frame, see graph.Looks and neural.NeuralLooks. */
typedef struct {
    const float *face_rest;       /* [3, G, G] */
    const float *face_blink;      /* [2, 3, G, G] */
    const uint8_t *face_texture;  /* [face_px, face_px, 4] */
    NpcShell shell, far_side;     /* far_side.texture may be NULL */
    const float *eyes;            /* [2, 3] */
    const float *eye_textures;    /* [2, 7, eye_px, eye_px] 0..1 */
    const float *iris;            /* [2] */
    const float *mouth_shift;     /* [3] */
    const float *mouth_paint;     /* [3, paint_rows, paint_columns] 0..1 */
    const float *cavity;          /* [3] 0..1 */
    const uint8_t *plate;         /* [P, P, 4] */
    const uint8_t *features;      /* [features_px, features_px, 8] or NULL */
    int32_t face_px, eye_px, paint_rows, paint_columns, features_px;
} NpcLooks;

/* One frame, see graph.Drive. */
typedef struct {
    const float *weights;  /* [52] */
    const float *offsets;  /* [2, offsets_px, offsets_px] texture widths, or NULL for none */
    const uint8_t *lattice; /* [samples, samples] 1 where the face chart may be drawn */
    int32_t offsets_px, samples;
    float pose[9], place[2], axes[18], body[3];
    float far_share; /* 0..1 how much of the far side shows */
} NpcDrive;

typedef struct NpcCanvas NpcCanvas;

NPC_API int32_t npc_abi(void);
NPC_API int32_t npc_fast(void); /* 1 if this processor runs the build with AVX2 and FMA */

/* Working memory for pictures up to a size; NULL if there is no memory. npc_canvas_use changes the size of the pictures
 * to come; 0 if they do not fit. */
NPC_API NpcCanvas *npc_canvas_new(int32_t size_px, int32_t grid);
NPC_API int32_t npc_canvas_use(NpcCanvas *, int32_t size_px);
NPC_API void npc_canvas_free(NpcCanvas *canvas);

/* The face with what its openings show; then what is behind it, hair and far side. A second thread may draw the latter
 * on a canvas of its own at the same time; on one canvas the front comes first. */
NPC_API void npc_front(NpcCanvas *, const NpcRig *, const NpcLooks *, const NpcDrive *);
NPC_API void npc_back(NpcCanvas *, const NpcRig *, const NpcLooks *, const NpcDrive *);

/* Lay the front over the back, of this or another canvas: the head, which stays on this one. */
NPC_API void npc_meet(NpcCanvas *, const NpcCanvas *back);

/* The head over its plate. out: [P, P, 4], premultiplied unless straight. */
NPC_API void npc_output(const NpcCanvas *, const NpcLooks *, int32_t straight, uint8_t *out);

/* What the generator sees of the head; input: [27, P/2, P/2]. */
NPC_API void npc_conditions(const NpcCanvas *, const NpcRig *, const NpcLooks *, const NpcDrive *, float *input);

/* Put the generator's masked answer [16, P/2, P/2] onto the head and lay it over its plate. */
NPC_API void npc_blend(NpcCanvas *, const NpcLooks *, const float *steps, float least_alpha, int32_t straight,
                       uint8_t *out);

/* Compress [height, width, 4] to BC1 blocks (8 bytes, alpha ignored) or BC3 (16 bytes); sides are multiples of 4. */
NPC_API void npc_blocks(const uint8_t *pixels, int32_t width, int32_t height, int32_t with_alpha, uint8_t *out);

/* Add a tile, [128, 128, 4] with 0 for alpha, to all that can be seen of [height, width, 4]. */
NPC_API void npc_mark(uint8_t *pixels, int32_t width, int32_t height, const int8_t *tile, int32_t straight);

#endif
