/* golden.c: the C client writes every golden request and reads every golden reply. Argument: the golden folder.
 * A socket pair stands for the connection: what the client sends comes out at the other end. POSIX only. */
#define _POSIX_C_SOURCE 200112L
#include "npcface_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK(condition) ((condition) ? (void)0 : fail(#condition, __LINE__))

static const char *folder;
static npcface *faces;
static int other_end;

static void fail(const char *what, int line)
{
    fprintf(stderr, "golden.c:%d: not %s\n", line, what);
    exit(1);
}

static size_t load(const char *name, uint8_t *bytes)
{
    char path[1024];
    size_t length;
    FILE *file;
    snprintf(path, sizeof path, "%s/%s.bin", folder, name);
    file = fopen(path, "rb");
    CHECK(file != NULL);
    length = fread(bytes, 1, 65536, file);
    fclose(file);
    printf("%s.bin\n", name);
    return length;
}

static void next_is(uint32_t request) { faces->requests = request - 1; }

/* What was sent is the golden header, and the golden payload if there is one. */
static void sent(const char *name, int has_payload)
{
    static uint8_t expected[65536], got[65536];
    size_t length = load(name, expected);
    ssize_t received = recv(other_end, got, sizeof got, 0);
    npcw_part part;
    CHECK(received > 0 && npcw_part_read(got, (size_t)received, &part) == 1);
    CHECK(part.length == length && memcmp(part.body, expected, length) == 0);
    CHECK(!!(part.flags & NPCW_MORE) == has_payload);
    if (has_payload) {
        char payload[64];
        npcw_part second;
        snprintf(payload, sizeof payload, "%s.payload", name);
        length = load(payload, expected);
        CHECK(npcw_part_read(got + part.total, (size_t)received - part.total, &second) == 1);
        CHECK(second.length == length && memcmp(second.body, expected, length) == 0);
        CHECK(part.total + second.total == (size_t)received && second.flags == (length > 255 ? NPCW_LONG : 0));
    } else
        CHECK(part.total == (size_t)received);
}

static void written(const char *name)
{
    static uint8_t expected[65536];
    size_t length = load(name, expected);
    CHECK(faces->out.last - faces->out.first == length);
    CHECK(memcmp(faces->out.bytes + faces->out.first, expected, length) == 0);
}

static void plain(const char *name, const char *type, const char *key, const char *value, uint32_t request)
{
    npcw_begin(&faces->out, type);
    if (key != NULL)
        npcc_key_text(&faces->out, key, value);
    next_is(request);
    CHECK(npcc_ask(faces) == request);
    sent(name, 0);
}

static void requests(void)
{
    static const uint8_t color[3] = {0, 128, 255};
    static const npcface_phoneme line[] = {{"h", 0.0, -1.0}, {"a\xC9\xAA", 0.08, 0.4}};
    npcface_options colored = {512, 60.0f, 1, 0, NULL, NULL, 0.0f, 0, NPCFACE_RGBA8, 0, 0, 0};
    npcface_options neural = {0, 0.0f, 0, 0, NULL, "neural", 0.0f, 0, NPCFACE_RGBA8, 0, 0, 0};
    npcface_options far = {0, 0.0f, 0, 0, NULL, NULL, 0.25f, 128, NPCFACE_RGBA8, 0, 0, 0};
    npcface_options blocks = {0, 0.0f, 0, 0, NULL, NULL, 0.0f, 0, NPCFACE_BC3, 0, 0, 0};
    npcface_options partial = {0, 0.0f, 0, 0, NULL, NULL, 0.0f, 0, NPCFACE_RGBA8, 1, 0, 0};
    npcface_options marked = {0, 0.0f, 0, 0, NULL, NULL, 0.0f, 0, NPCFACE_RGBA8, 0, 1, 1};
    npcface_speech_options ipa = {"ipa", 0, 0, 0, 0, 0};
    const float values[] = {0.5f, -12.25f};
    float points[68 * 2];
    int i;
    for (i = 0; i < 68 * 2; i++)
        points[i] = (float)i;
    colored.color = color;
    next_is(7); npcface_open(faces, 1, "ada", NULL); sent("request_open", 0);
    next_is(7); npcface_open(faces, 2, "ada", &colored); sent("request_open_color", 0);
    next_is(7); npcface_open(faces, 3, "ada", &neural); sent("request_open_neural", 0);
    next_is(7); npcface_open(faces, 4, "ada", &far); sent("request_open_far", 0);
    next_is(7); npcface_open(faces, 5, "ada", &blocks); sent("request_open_blocks", 0);
    next_is(7); npcface_open(faces, 6, "ada", &partial); sent("request_open_partial", 0);
    next_is(7); npcface_open(faces, 7, "ada", &marked); sent("request_open_marked", 0);
    next_is(16); npcface_adjust(faces, 1, 0.75f); sent("request_adjust", 0);
    next_is(8); npcface_stream_close(faces, 1); sent("request_close", 0);
    next_is(3); npcface_list(faces); sent("request_list", 0);
    next_is(2); npcface_ping(faces); sent("request_ping", 0);
    next_is(9); npcface_speech(faces, 1, line, 2, &ipa); sent("request_speech", 0);
    next_is(11); npcface_idle(faces, 1, 7); sent("request_idle", 0);
    next_is(12); npcface_emotion(faces, 1, "happy", 0.5f); sent("request_emotion", 0);
    next_is(13); npcface_stop(faces, 1); sent("request_stop", 0);
    npcface_state(faces, 1, 41, values, 2); sent("request_state", 0);
    npcface_landmarks(faces, 1, 43, points, 68, 2, 640, 480); sent("request_landmarks", 1);
    plain("request_hello_other_major", "hello", "protocol", "2.0.0", 1);
    npcw_begin(&faces->out, "hello");
    npcc_key_text(&faces->out, "protocol", NPCW_PROTOCOL);
    npcw_key(&faces->out, "shared_memory");
    npcw_boolean(&faces->out, 1);
    next_is(1); npcc_ask(faces); sent("request_hello_shared", 0);
    plain("request_load", "load", "character", "ada", 4);
    plain("request_stats", "stats", NULL, NULL, 14);
    plain("request_bye", "bye", NULL, NULL, 15);
}

static void arrives(const char *name, const char *payload)
{
    static uint8_t body[65536];
    size_t length = load(name, body);
    uint8_t head[9] = {0};
    ssize_t start = length < 256 ? 2 : 9;
    head[0] = (uint8_t)((payload != NULL ? NPCW_MORE : 0) | (length < 256 ? 0 : NPCW_LONG));
    head[start - 1] = (uint8_t)length;
    if (length >= 256)
        head[7] = (uint8_t)(length >> 8);
    CHECK(write(other_end, head, (size_t)start) == start && write(other_end, body, length) == (ssize_t)length);
    if (payload != NULL) {
        length = load(payload, body);
        head[0] = 0;
        head[1] = (uint8_t)length;
        CHECK(write(other_end, head, 2) == 2 && write(other_end, body, length) == (ssize_t)length);
    }
}

static void replies(void)
{
    npcface_event event;
    arrives("reply_pong", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_PONG && event.time_s == 12.5);
    arrives("reply_alive", NULL);
    arrives("reply_done", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_DONE && strcmp(event.text, "load") == 0);
    arrives("reply_opened", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_OPENED && event.width == 256);
    CHECK(strcmp(event.text, "neural") == 0 && event.request == 7);
    arrives("reply_opened_ring", NULL); /* of another machine: the ring is not there, and that is no error */
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_OPENED && event.width == 64);
    CHECK(faces->rings == NULL);
    arrives("reply_opened_marked", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_OPENED && event.watermark);
    arrives("reply_closed", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && strcmp(event.text, "closed by the client") == 0);
    arrives("reply_ended", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && strcmp(event.text, "idle") == 0);
    arrives("reply_level", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_LEVEL && event.level == 3);
    CHECK(event.stream == 4 && event.fps == 15.0 && event.width == 192 && strcmp(event.text, "load") == 0);
    arrives("reply_notice", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_NOTICE && event.stream == 1);
    CHECK(strcmp(event.error.code, "rights") == 0 && strcmp(event.error.remedy, "State them.") == 0);
    arrives("reply_error", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_REFUSED && event.sequence == -1);
    CHECK(strcmp(event.error.code, "character") == 0 && strcmp(event.error.remedy, "List the characters.") == 0);
    arrives("reply_characters", NULL);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_CHARACTER && strcmp(event.text, "ada") == 0);
    CHECK(event.request == 3 && event.count == 2);
    arrives("reply_frame", "reply_frame.payload");
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_FRAME);
    CHECK(event.width == 4 && event.sequence == 41 && event.dropped == 3 && event.pixels[63] == 63);
    CHECK(event.format == NPCFACE_RGBA8 && event.bytes == 64 && event.part.width == 4 && event.part.height == 4);
    arrives("reply_frame_part", "reply_frame_part.payload");
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_FRAME);
    CHECK(event.width == 8 && event.height == 16 && event.bytes == 64 && event.pixels[63] == 63);
    CHECK(event.part.x == 4 && event.part.y == 8 && event.part.width == 4 && event.part.height == 4);
    arrives("reply_frame_blocks", "reply_frame_blocks.payload");
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_FRAME && event.format == NPCFACE_BC3);
    CHECK(event.width == 8 && event.bytes == 64 && event.part.width == 8 && event.pixels[63] == 63);
    CHECK(npcface_poll(faces, 0, &event) == 0);
}

/* A new connection, in place of one that was hung up. */
static void connect_pair(void)
{
    int ends[2];
    close(other_end);
    if (faces->socket > 0)
        close(faces->socket);
    faces->length = faces->used = 0;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    other_end = ends[1];
    faces->socket = ends[0];
}

/* Whether a frame of the daemon is taken; if not, the connection is over. */
static int taken(const char *format, int64_t width, int64_t height, const int64_t *part, size_t numbers, size_t bytes)
{
    static float pixels[4096];
    static npcw_writer frame;
    npcface_event event;
    size_t i;
    ssize_t length;
    int found;
    connect_pair();
    npcw_begin(&frame, "frame");
    npcc_key_text(&frame, "format", format);
    npcw_key(&frame, "width");
    npcw_integer(&frame, (uint64_t)width);
    npcw_key(&frame, "height");
    npcw_integer(&frame, (uint64_t)height);
    npcw_key(&frame, "part");
    npcw_array(&frame, numbers);
    for (i = 0; i < numbers; i++)
        npcw_integer(&frame, (uint64_t)part[i]);
    npcw_end(&frame, 0);
    npcw_payload(&frame, pixels, bytes / 4);
    length = (ssize_t)(frame.last - frame.first);
    CHECK(write(other_end, frame.bytes + frame.first, (size_t)length) == length);
    found = npcface_poll(faces, 1000, &event);
    CHECK(found == -1 || (found == 1 && event.bytes == bytes));
    return found == 1;
}

static void layouts(void)
{
    static const int64_t inside[] = {4, 8, 4, 8}, beyond[] = {8, 8, 4, 8}, empty[] = {4, 4, 0, 4};
    static const int64_t huge[] = {4, 4, INT64_MAX, 4}, negative[] = {-4, 0, 4, 4}, five[] = {0, 0, 4, 4, 4};
    CHECK(taken("rgba8", 8, 16, NULL, 0, 8 * 16 * 4) && !taken("rgba8", 8, 16, NULL, 0, 8 * 16));
    CHECK(taken("bc1", 8, 16, NULL, 0, 8 * 16 / 2) && !taken("bc1", 8, 16, NULL, 0, 8 * 16));
    CHECK(taken("bc3", 8, 16, NULL, 0, 8 * 16) && !taken("bc3", 8, 18, NULL, 0, 8 * 18));
    CHECK(!taken("bc7", 8, 16, NULL, 0, 8 * 16) && !taken("bc", 8, 16, NULL, 0, 8 * 16));
    CHECK(!taken("rgba8", 0, 16, NULL, 0, 0) && !taken("rgba8", 1 << 20, 1 << 20, NULL, 0, 64));
    CHECK(taken("rgba8", 8, 16, inside, 4, 4 * 8 * 4) && !taken("rgba8", 8, 16, inside, 4, 8 * 16 * 4));
    CHECK(!taken("rgba8", 8, 16, beyond, 4, 4 * 8 * 4) && !taken("rgba8", 8, 16, empty, 4, 0));
    CHECK(!taken("rgba8", 8, 16, huge, 4, 64) && !taken("rgba8", 8, 16, negative, 4, 64));
    CHECK(!taken("rgba8", 8, 16, five, 5, 64) && !taken("rgba8", 8, 16, inside, 3, 64));
    CHECK(!taken("bc3", 8, 16, inside, 4, 4 * 8));
}

static void nonsense(void)
{
    npcface_event event;
    connect_pair();
    CHECK(write(other_end, "\xF8\1x", 3) == 3 && npcface_poll(faces, 1000, &event) == -1);
    connect_pair();
    arrives("reply_frame_slot", NULL); /* of a ring that was never mapped */
    CHECK(npcface_poll(faces, 1000, &event) == -1);
}

static void transport(void)
{
    uint8_t made[NPCW_GREETING_BYTES], bytes[65536];
    npcface_event event;
    npcw_part part;
    npcw_greeting(made);
    CHECK(load("zmtp_greeting", bytes) == sizeof made && memcmp(made, bytes, sizeof made) == 0);
    CHECK(npcw_is_greeting(bytes));
    npcw_ready(&faces->out, NULL); written("zmtp_ready");
    npcw_ready(&faces->out, "game-1"); written("zmtp_ready_identity");
    CHECK(write(other_end, bytes, load("zmtp_ping", bytes)) > 0);
    CHECK(npcface_poll(faces, 0, &event) == 0);
    written("zmtp_pong");
    CHECK(recv(other_end, bytes, sizeof bytes, 0) > 0);
    CHECK(npcw_part_read(bytes, load("zmtp_message_255", bytes), &part) == 1 && part.length == 255);
    CHECK(npcw_part_read(bytes, load("zmtp_message_256", bytes), &part) == 1 && part.length == 256);
    CHECK(write(other_end, bytes, load("zmtp_message_frame", bytes)) > 0);
    CHECK(npcface_poll(faces, 1000, &event) == 1 && event.kind == NPCFACE_FRAME && event.pixels[1] == 1);
}

int main(int count, char **words)
{
    CHECK(count == 2);
    folder = words[1];
    other_end = -1;
    faces = calloc(1, sizeof *faces);
    connect_pair();
    requests();
    replies();
    transport();
    layouts();
    nonsense();
    npcface_close(faces);
    close(other_end);
    return 0;
}
