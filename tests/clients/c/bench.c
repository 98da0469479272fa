/* bench.c: processor time of a 256 x 256 frame in the C client, from the socket to a copy of the pixels.
 *
 *     cc -O2 -std=c99 -Iengine_bridge/c tests/clients/c/bench.c engine_bridge/c/npcface*.c -o bench && ./bench
 */
#define _POSIX_C_SOURCE 200112L
#include "npcface_client.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 2000
#define PIXELS (256 * 256 * 4)

/* Of this process alone, so that a busy machine does not count. */
static double processor_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Sends frames, one for each byte that comes. */
static void serve(npcs_socket socket)
{
    npcw_writer frame;
    uint8_t turn;
    float *pixels = calloc(PIXELS / 4, sizeof *pixels);
    memset(&frame, 0, sizeof frame);
    npcw_begin(&frame, "frame");
    npcw_key(&frame, "width");
    npcw_integer(&frame, 256);
    npcw_key(&frame, "height");
    npcw_integer(&frame, 256);
    npcw_end(&frame, 0);
    npcw_payload(&frame, pixels, PIXELS / 4);
    while (npcs_receive(socket, &turn, 1, 60000) > 0)
        npcs_send(socket, frame.bytes + frame.first, frame.last - frame.first);
}

int main(void)
{
    static uint8_t texture[PIXELS];
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), i;
    npcface *faces = calloc(1, sizeof *faces);
    npcface_event event;
    double began;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1) != 0
        || getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        return 1;
    if (fork() == 0) {
        serve(npcs_connect("127.0.0.1", ntohs(address.sin_port)));
        return 0;
    }
    faces->socket = accept(listener, NULL, NULL);
    began = processor_ms();
    for (i = 0; i < ROUNDS; i++) {
        npcs_send(faces->socket, (const uint8_t *)"n", 1);
        if (npcface_poll(faces, 20000, &event) != 1 || event.kind != NPCFACE_FRAME)
            return 1;
        memcpy(texture, event.pixels, PIXELS);
    }
    printf("%.4f ms a frame\n", (processor_ms() - began) / ROUNDS);
    npcs_close(faces->socket);
    wait(NULL);
    return 0;
}
