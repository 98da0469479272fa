/* live.c: the C client against a real daemon. Arguments: PORT FRAMES shared|socket. */
#include "npcface.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) ((condition) ? (void)0 : fail(#condition, __LINE__))

static npcface_event event;
static int shared; /* frames must come through shared memory */

static void fail(const char *what, int line)
{
    fprintf(stderr, "live.c:%d: not %s (%s %s)\n", line, what, event.error.cause, event.error.remedy);
    exit(1);
}

static void until(npcface *faces, npcface_kind kind)
{
    do
        CHECK(npcface_poll(faces, 60000, &event) == 1);
    while (event.kind != kind);
}

static void lockstep(npcface *faces, int frames)
{
    float values[NPCFACE_CHANNELS] = {0};
    static uint8_t shut[64 * 64 * 4];
    int i;
    values[NPCFACE_CHANNELS - 1] = 1.0f; /* scale */
    for (i = 0; i < frames; i++) {
        values[24] = (float)(i % 2); /* jawOpen */
        CHECK(npcface_state(faces, 1, i + 1, values, NPCFACE_CHANNELS) == 0);
        until(faces, NPCFACE_FRAME);
        CHECK(event.sequence == i + 1 && event.width == 64 && event.shared == shared);
        if (i == 0)
            memcpy(shut, event.pixels, sizeof shut);
        CHECK((memcmp(shut, event.pixels, sizeof shut) == 0) == (i % 2 == 0));
    }
}

static void speech(npcface *faces)
{
    static const npcface_phoneme line[] = {{"PP", 0.0, -1}, {"aa", 0.1, 0.4}};
    npcface_speech_options oculus = {"oculus", 0, 0, 1, 0, 0};
    uint32_t request = npcface_speech(faces, 1, line, 2, &oculus);
    int frames = 0;
    until(faces, NPCFACE_DONE);
    CHECK(event.request == request && strcmp(event.text, "speech") == 0);
    do {
        CHECK(npcface_poll(faces, 60000, &event) == 1);
        frames += event.kind == NPCFACE_FRAME;
    } while (event.kind != NPCFACE_ENDED);
    CHECK(frames > 2 && strcmp(event.text, "stop") == 0);
}

int main(int count, char **words)
{
    npcface_options small = {64, 0.0f, 0, 0, NULL, "warp", 0.0f, 0, NPCFACE_RGBA8, 0, 0, 0};
    npcface_error error;
    npcface *faces;
    CHECK(count == 4);
    shared = strcmp(words[3], "shared") == 0;
    CHECK(npcface_connect("127.0.0.1", 1, NULL, 300, &error) == NULL && strcmp(error.code, "lost") == 0);
    faces = npcface_connect("127.0.0.1", atoi(words[1]), NULL, 20000, &error);
    CHECK(faces != NULL);
    npcface_list(faces);
    until(faces, NPCFACE_CHARACTER);
    CHECK(strcmp(event.text, "ada") == 0 && event.count == 2);
    npcface_open(faces, 9, "nobody", NULL);
    until(faces, NPCFACE_REFUSED);
    CHECK(strcmp(event.error.code, "character") == 0 && event.error.remedy[0] != '\0');
    npcface_open(faces, 1, "ada", &small);
    until(faces, NPCFACE_OPENED);
    lockstep(faces, atoi(words[2]));
    speech(faces);
    CHECK(npcface_reconnect(faces, 20000, &error) == 0);
    npcface_open(faces, 1, "ada", &small);
    until(faces, NPCFACE_OPENED);
    lockstep(faces, 2);
    npcface_close(faces);
    return 0;
}
