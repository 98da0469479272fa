/* example.c: a face speaks; its last frame is written as a PPM picture.
 *
 *     cc -std=c99 example.c npcface*.c -o example
 *     npcface serve &
 *     ./example ada face.ppm
 */
#include "npcface.h"

#include <stdio.h>
#include <stdlib.h>

static int write_ppm(const char *path, const npcface_event *frame)
{
    FILE *file = fopen(path, "wb");
    int i;
    if (file == NULL)
        return -1;
    fprintf(file, "P6\n%d %d\n255\n", frame->width, frame->height);
    for (i = 0; i < frame->width * frame->height; i++)
        fwrite(frame->pixels + 4 * i, 1, 3, file);
    return fclose(file);
}

int main(int count, char **words)
{
    static const npcface_phoneme line[] = {
        {"HH", 0.00, -1}, {"AH", 0.06, -1}, {"L", 0.14, -1}, {"OW", 0.22, 0.50},
    };
    npcface_speech_options speech = {"arpabet", 0, 0, 1, 0, 0};
    npcface_error error;
    npcface_event event;
    npcface *faces;
    int frames = 0, found;
    if (count < 3) {
        fprintf(stderr, "usage: %s CHARACTER OUT.ppm [PORT]\n", words[0]);
        return 2;
    }
    faces = npcface_connect("127.0.0.1", count > 3 ? atoi(words[3]) : NPCFACE_PORT, NULL, 5000, &error);
    if (faces == NULL) {
        fprintf(stderr, "%s %s\n", error.cause, error.remedy);
        return 1;
    }
    npcface_open(faces, 1, words[1], NULL);
    while ((found = npcface_poll(faces, 30000, &event)) > 0 && event.kind != NPCFACE_ENDED) {
        if (event.kind == NPCFACE_REFUSED) {
            fprintf(stderr, "%s %s\n", event.error.cause, event.error.remedy);
            break;
        }
        if (event.kind == NPCFACE_OPENED)
            npcface_speech(faces, 1, line, sizeof line / sizeof line[0], &speech);
        if (event.kind == NPCFACE_FRAME && write_ppm(words[2], &event) == 0)
            frames++;
    }
    printf("%d frames, the last one is in %s\n", frames, words[2]);
    npcface_close(faces);
    return frames > 0 && found > 0 && event.kind == NPCFACE_ENDED ? 0 : 1;
}
