/* hostile.c: whatever a daemon sends, the C client takes it or hangs up. Argument: a file of inputs, each a 32-bit
 * little-endian length and as many bytes of a connection that is already welcomed. Compiled with the address and
 * undefined-behaviour sanitizers, which end the program. POSIX only. */
#define _POSIX_C_SOURCE 200112L
#include "npcface_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LONGEST (1u << 16) /* fits into a socket's buffer */

static unsigned long events, lost, touched;

static size_t text_length(const char *text, size_t capacity)
{
    size_t length = 0;
    while (length < capacity && text[length] != '\0')
        length++;
    if (length == capacity) {
        fprintf(stderr, "hostile.c: a text has no end\n");
        exit(1);
    }
    return length;
}

/* Reads all that an event hands out, so that the sanitizers see it. */
static void touch(const npcface_event *event)
{
    size_t i;
    touched += text_length(event->text, sizeof event->text) + text_length(event->error.code, sizeof event->error.code)
        + text_length(event->error.cause, sizeof event->error.cause)
        + text_length(event->error.remedy, sizeof event->error.remedy);
    if (event->kind == NPCFACE_FRAME)
        for (i = 0; i < event->bytes; i++)
            touched += event->pixels[i];
}

static void one(npcface *faces, const uint8_t *bytes, size_t length)
{
    npcface_event event;
    int ends[2], found, rounds;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        exit(2);
    faces->socket = ends[0];
    faces->length = faces->used = 0;
    faces->listed = faces->index = 0;
    if (write(ends[1], bytes, length) != (ssize_t)length)
        exit(2);
    shutdown(ends[1], SHUT_WR);
    for (rounds = 0; rounds < 100000; rounds++) {
        memset(&event, 0, sizeof event);
        found = npcface_poll(faces, 0, &event);
        if (found < 0)
            break;
        if (found > 0) {
            events++;
            touch(&event);
        }
    }
    if (rounds == 100000) {
        fprintf(stderr, "hostile.c: the client never notices the end\n");
        exit(1);
    }
    lost++;
    if (faces->socket == ends[0])
        close(ends[0]);
    close(ends[1]);
    npcc_drop_rings(faces);
}

int main(int count, char **words)
{
    static uint8_t bytes[LONGEST];
    uint8_t head[4];
    npcface *faces = calloc(1, sizeof *faces);
    FILE *file = count == 2 && faces != NULL ? fopen(words[1], "rb") : NULL;
    if (file == NULL)
        return 2;
    while (fread(head, 1, sizeof head, file) == sizeof head) {
        size_t length = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16;
        if (length > LONGEST || fread(bytes, 1, length, file) != length)
            return 2;
        one(faces, bytes, length);
    }
    fclose(file);
    printf("%lu inputs, %lu events, %lu\n", lost, events, touched);
    npcface_close(faces);
    return 0;
}
