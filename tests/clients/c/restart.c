/* restart.c: a face that lives on when its daemon is killed and comes back. Argument: PORT. */
#include "npcface.h"

#include <stdio.h>
#include <stdlib.h>

static int frames(npcface *faces, int count)
{
    npcface_event event;
    while (count > 0) {
        int got = npcface_poll(faces, 30000, &event);
        if (got != 1)
            return got;
        if (event.kind == NPCFACE_FRAME)
            count--;
    }
    return 1;
}

static void play(npcface *faces)
{
    npcface_options small = {64, 0.0f, 0, 0, NULL, "warp", 0.0f, 0, NPCFACE_RGBA8, 0, 0, 0};
    npcface_open(faces, 1, "ada", &small);
    npcface_idle(faces, 1, 0);
}

static void say(const char *word)
{
    printf("%s\n", word);
    fflush(stdout);
}

int main(int count, char **words)
{
    npcface_error error;
    npcface *faces = npcface_connect("127.0.0.1", count == 2 ? atoi(words[1]) : 0, NULL, 20000, &error);
    int tries = 0;
    if (faces == NULL)
        return 1;
    play(faces);
    if (frames(faces, 5) != 1)
        return 2;
    say("PLAYING");
    if (frames(faces, 1 << 30) != -1)
        return 3;
    say("LOST");
    while (npcface_reconnect(faces, 1000, &error) != 0)
        if (++tries == 1000000)
            return 4;
    play(faces);
    if (frames(faces, 5) != 1)
        return 5;
    say("RECOVERED");
    npcface_close(faces);
    return 0;
}
