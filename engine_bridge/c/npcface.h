/* npcface.h: a small client of the npcface daemon for engines written in C or C++.
 *
 * C99, no dependencies: sockets (POSIX or Winsock), no threads, no global state. Add the six files npcface*.c to your
 * build; on Windows link ws2_32. One npcface is for one thread.
 *
 *     npcface_error error;
 *     npcface *faces = npcface_connect("127.0.0.1", NPCFACE_PORT, NULL, 5000, &error);
 *     npcface_open(faces, 1, "ada", NULL);
 *     every frame:  while (npcface_poll(faces, 0, &event) > 0) ...   // frames, answers, errors
 *                   npcface_state(faces, 1, ++sequence, values, NPCFACE_CHANNELS);
 *
 * Call npcface_poll at least every few seconds, also while a level loads: a client that takes no frames for ten seconds
 * (heartbeat_timeout_s) is let go, and its next call says "lost" or "session". Then connect and open anew. PROTOCOL.md
 * is the document behind all this.
 */
#ifndef NPCFACE_H
#define NPCFACE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NPCFACE_PORT 5747    /* where `npcface serve` listens */
#define NPCFACE_CHANNELS 60  /* numbers of a face */

/* Names of the channels in the order of npcface_state's values: ARKit's 52 weights (0..1, Left and Right are the
 * subject's), headYaw headPitch headRoll gazeYaw gazePitch (degrees), translationX translationY (texture widths),
 * scale (1 = as enrolled). */
extern const char *const npcface_channels[NPCFACE_CHANNELS];

typedef struct npcface npcface;

/* What went wrong. code: one word of PROTOCOL.md, or "lost" (no connection) or "timeout". */
typedef struct {
    char code[16];
    char cause[256];
    char remedy[256];
} npcface_error;

typedef enum {
    NPCFACE_FRAME = 1, /* pixels */
    NPCFACE_OPENED,    /* a stream may be driven now; text: warp or neural */
    NPCFACE_DONE,      /* text: the type of the request that was done */
    NPCFACE_CLOSED,    /* text: the reason */
    NPCFACE_ENDED,     /* a line is over; text: idle or stop, what comes now */
    NPCFACE_CHARACTER, /* one entry of the list; text: id; index and count say which of how many */
    NPCFACE_REFUSED,   /* error says why */
    NPCFACE_PONG,
    NPCFACE_LEVEL,     /* under load a pushed stream is drawn like this from now on; text: load, room or priority */
    NPCFACE_NOTICE     /* nothing failed, but a person should know: log error, or show it; stream -1: all of them */
} npcface_kind;

/* How pixels are stored. Blocks hold 4 x 4 pixels each, as Direct3D, Vulkan and OpenGL (S3TC) take them, row by row from
 * the top: an eighth and a quarter of the bytes. BC1 has no alpha and is refused over a transparent background. */
typedef enum {
    NPCFACE_RGBA8 = 0, /* R G B A, 4 bytes a pixel, top row first */
    NPCFACE_BC1,       /* 8 bytes a block */
    NPCFACE_BC3        /* 16 bytes a block */
} npcface_format;

/* Where pixels belong in the texture. */
typedef struct {
    int x, y, width, height; /* pixels, from the top left */
} npcface_part;

/* Pointers are valid until the next npcface_poll. */
typedef struct {
    npcface_kind kind;
    uint32_t request;      /* of the request that is answered, 0 if none */
    int64_t stream;        /* -1 if none */
    int64_t sequence;      /* frames: of the state, or number on the daemon's clock; -1 if none */
    double time_s;         /* frames: seconds in the line, or the daemon's clock */
    int width, height;     /* of the whole texture, in pixels */
    int level;             /* NPCFACE_LEVEL: 0 = as it was opened, higher = less well */
    double fps;            /* NPCFACE_LEVEL, NPCFACE_OPENED: frames pushed a second */
    int premultiplied;     /* colour is multiplied by alpha */
    int watermark;         /* NPCFACE_OPENED: textures carry the invisible mark; the daemon may do so unasked */
    int64_t dropped;       /* frames of this stream never shown, so far */
    const uint8_t *pixels; /* of `part`, without gaps between its rows */
    size_t bytes;          /* so many */
    npcface_format format;
    npcface_part part;     /* all of the texture; of a stream opened with `partial` perhaps only what has changed */
    int shared;            /* they lie in shared memory and were not copied; else they came by the socket */
    int index, count;      /* NPCFACE_CHARACTER */
    char text[72];
    npcface_error error;
} npcface_event;

/* All zero: 256 pixels, 30 a second, the portrait's background, straight alpha, quality auto,
 * importance 0.5, never smaller, whole frames of rgba8. */
typedef struct {
    int size;               /* pixels, 64 to 512 in steps of 16 */
    float fps;              /* of pushed frames, 1 to 120 */
    int premultiplied;
    int transparent;        /* no background */
    const uint8_t *color;   /* or this one: 3 bytes of sRGB */
    const char *quality;    /* "auto", "warp", "neural" */
    float importance;       /* above 0 to 1 (near); 0 means 0.5, use npcface_adjust for a real 0 */
    int size_min;           /* pixels: how small pushed textures may become under load; 0 = never smaller */
    npcface_format format;  /* frames name their own; ask for blocks only if your GPU takes them */
    int partial;            /* rgba8 frames by the socket may be just the part that has changed: then upload every part,
                             * in order, into a texture that keeps the rest (glTexSubImage2D) */
    int watermark;          /* textures carry an invisible mark that `npcface detect` finds */
    int no_notice;          /* the game itself shows that a portrait's rights are not stated; the texture need not */
} npcface_options;

typedef struct {
    const char *symbol; /* up to 16 bytes; "" is a pause */
    double start_s;
    double end_s;       /* negative: until the next one begins */
} npcface_phoneme;

/* How a line is spoken. All zero: a whole line, idle life while and after it, alphabet auto. */
typedef struct {
    const char *alphabet; /* "auto", "ipa", "arpabet", "oculus", "rhubarb" */
    int continues;        /* more of the line that is running */
    int more_will_come;   /* the line is not complete */
    int then_stop;        /* no idle life afterwards */
    int still;            /* no idle life while speaking */
    uint32_t seed;
} npcface_speech_options;

/* Connects and says hello; waits timeout_ms at most. NULL on failure, error (may be NULL) says why. */
npcface *npcface_connect(const char *host, int port, const char *token, int timeout_ms, npcface_error *error);

/* The same for a client whose connection was lost: 0 if it worked. Streams must be opened again. */
int npcface_reconnect(npcface *faces, int timeout_ms, npcface_error *error);

/* Says goodbye and frees everything; NULL is allowed. */
void npcface_close(npcface *faces);

/* The next event; waits timeout_ms at most. 1: an event, 0: none, -1: the connection is lost. */
int npcface_poll(npcface *faces, int timeout_ms, npcface_event *event);

/* Each sends a request and returns its number, which the answering event bears; 0: the connection is lost.
 * Drive a stream only after NPCFACE_OPENED: its character may have to be read from disk first. */
uint32_t npcface_open(npcface *faces, uint32_t stream, const char *character, const npcface_options *options);
uint32_t npcface_stream_close(npcface *faces, uint32_t stream);
uint32_t npcface_list(npcface *faces);
uint32_t npcface_ping(npcface *faces);
uint32_t npcface_speech(npcface *faces, uint32_t stream, const npcface_phoneme *phonemes, size_t count,
                        const npcface_speech_options *options);
uint32_t npcface_idle(npcface *faces, uint32_t stream, uint32_t seed);
uint32_t npcface_emotion(npcface *faces, uint32_t stream, const char *emotion, float strength);
uint32_t npcface_adjust(npcface *faces, uint32_t stream, float importance); /* 0 far .. 1 near; protocol 1.2 */
uint32_t npcface_stop(npcface *faces, uint32_t stream);

/* Lock-step: ask for the texture of one state or tracker frame. 0 if sent, -1 if the connection is lost. Of several
 * that wait only the newest is drawn. points: count x dims numbers in pixels, count 68 or 478, dims 2 or 3. */
int npcface_state(npcface *faces, uint32_t stream, int64_t sequence, const float *values, size_t count);
int npcface_landmarks(npcface *faces, uint32_t stream, int64_t sequence, const float *points, size_t count, int dims,
                      int width, int height);

#ifdef __cplusplus
}
#endif

#endif
