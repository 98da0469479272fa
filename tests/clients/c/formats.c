/* formats.c: blocks and partial frames from a real daemon. Arguments: PORT shared|socket OUT.
 * Frames of one face as rgba8, bc1 and bc3 are written to OUT.rgba8, OUT.bc1 and OUT.bc3. */
#include "npcface.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) ((condition) ? (void)0 : fail(#condition, __LINE__))
#define SIDE 128
#define BYTES (SIDE * SIDE * 4)

static npcface_event event;
static npcface *faces;

static void fail(const char *what, int line)
{
    fprintf(stderr, "formats.c:%d: not %s (%s %s)\n", line, what, event.error.cause, event.error.remedy);
    exit(1);
}

static void until(npcface_kind kind)
{
    do
        CHECK(npcface_poll(faces, 60000, &event) == 1);
    while (event.kind != kind);
}

static void open_stream(uint32_t stream, npcface_format format, int partial)
{
    npcface_options options = {SIDE, 0.0f, 0, 0, NULL, "warp", 0.0f, 0, NPCFACE_RGBA8, 0, 0, 0};
    options.format = format;
    options.partial = partial;
    npcface_open(faces, stream, "ada", &options);
    until(NPCFACE_OPENED);
}

/* One frame of a stream, with the lids so far shut. */
static void render(uint32_t stream, int64_t sequence, float lids)
{
    float values[NPCFACE_CHANNELS] = {0};
    values[8] = values[9] = lids; /* eyeBlinkLeft, eyeBlinkRight */
    values[NPCFACE_CHANNELS - 1] = 1.0f; /* scale */
    CHECK(npcface_state(faces, stream, sequence, values, NPCFACE_CHANNELS) == 0);
    until(NPCFACE_FRAME);
    CHECK(event.stream == stream && event.sequence == sequence && event.width == SIDE && event.height == SIDE);
}

static void keep(const char *out, const char *ending)
{
    char path[1024];
    FILE *file;
    snprintf(path, sizeof path, "%s.%s", out, ending);
    file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(event.pixels, 1, event.bytes, file) == event.bytes && fclose(file) == 0);
}

/* What a game does with its texture: glTexSubImage2D. */
static void upload(uint8_t *texture)
{
    int y;
    CHECK(event.bytes == (size_t)event.part.width * (size_t)event.part.height * 4);
    for (y = 0; y < event.part.height; y++)
        memcpy(texture + ((event.part.y + y) * SIDE + event.part.x) * 4, event.pixels + y * event.part.width * 4,
               (size_t)event.part.width * 4);
}

static void parts(int shared)
{
    static uint8_t texture[BYTES];
    int i, small = 0;
    for (i = 0; i < 70; i++) { /* every 64th is whole */
        render(4, i, (float)(i % 8) / 8.0f);
        CHECK(event.shared == shared && (i > 0 || event.bytes == BYTES));
        small += event.bytes < BYTES / 3;
        upload(texture);
        render(1, i + 2, (float)(i % 8) / 8.0f);
        CHECK(event.bytes == BYTES && memcmp(texture, event.pixels, BYTES) == 0);
    }
    CHECK(shared ? small == 0 : small > 60);
}

int main(int count, char **words)
{
    npcface_options no_alpha = {SIDE, 0.0f, 0, 1, NULL, "warp", 0.0f, 0, NPCFACE_BC1, 0, 0, 0};
    npcface_error error;
    int shared;
    CHECK(count == 4);
    shared = strcmp(words[2], "shared") == 0;
    faces = npcface_connect("127.0.0.1", atoi(words[1]), NULL, 20000, &error);
    CHECK(faces != NULL);
    npcface_open(faces, 9, "ada", &no_alpha);
    until(NPCFACE_REFUSED);
    CHECK(strcmp(event.error.code, "stream") == 0 && strstr(event.error.remedy, "bc3") != NULL);
    open_stream(1, NPCFACE_RGBA8, 0);
    open_stream(2, NPCFACE_BC1, 0);
    open_stream(3, NPCFACE_BC3, 1);
    open_stream(4, NPCFACE_RGBA8, 1);
    render(1, 1, 0.5f);
    CHECK(event.format == NPCFACE_RGBA8 && event.bytes == BYTES && event.shared == shared);
    keep(words[3], "rgba8");
    render(2, 1, 0.5f);
    CHECK(event.format == NPCFACE_BC1 && event.bytes == BYTES / 8 && event.shared == shared);
    keep(words[3], "bc1");
    render(3, 1, 0.5f);
    CHECK(event.format == NPCFACE_BC3 && event.bytes == BYTES / 4 && event.shared == shared);
    CHECK(event.part.width == SIDE && event.part.height == SIDE);
    keep(words[3], "bc3");
    parts(shared);
    npcface_close(faces);
    return 0;
}
