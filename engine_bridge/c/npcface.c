/* npcface.c: see npcface.h */
#include "npcface_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 65536u
#define PING_BODY_START 7u /* 1 + "PING" + 2 bytes time to live; the context follows */

const char *const npcface_channels[NPCFACE_CHANNELS] = {
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight", "tongueOut", "headYaw", "headPitch", "headRoll", "gazeYaw", "gazePitch",
    "translationX", "translationY", "scale"
};

static void set_error(npcface_error *error, const char *code, const char *cause, const char *remedy)
{
    if (error == NULL)
        return;
    snprintf(error->code, sizeof error->code, "%s", code);
    snprintf(error->cause, sizeof error->cause, "%s", cause);
    snprintf(error->remedy, sizeof error->remedy, "%s", remedy);
}

static void hang_up(npcface *faces)
{
    npcc_drop_rings(faces);
    npcs_close(faces->socket);
    faces->socket = NPCS_NONE;
    faces->length = faces->used = 0;
    faces->listed = faces->index = 0;
}

int npcc_flush(npcface *faces)
{
    const npcw_writer *out = &faces->out;
    if (faces->socket == NPCS_NONE || out->failed)
        return -1;
    if (npcs_send(faces->socket, out->bytes + out->first, out->last - out->first) == 0)
        return 0;
    hang_up(faces);
    return -1;
}

/* ---- receiving ---- */

/* Waits for more bytes: 1 if some came, 0 if not, -1 if the connection is lost. */
static int receive(npcface *faces, int timeout_ms)
{
    long received;
    if (faces->capacity - faces->length < CHUNK) {
        size_t capacity = faces->capacity * 2 + CHUNK;
        uint8_t *larger = realloc(faces->in, capacity);
        if (larger == NULL)
            return -1;
        faces->in = larger;
        faces->capacity = capacity;
    }
    received = npcs_receive(faces->socket, faces->in + faces->length, faces->capacity - faces->length, timeout_ms);
    if (received > 0)
        faces->length += (size_t)received;
    return received > 0 ? 1 : (int)received;
}

static void forget(npcface *faces, size_t bytes)
{
    if (bytes == 0)
        return;
    faces->length -= bytes;
    memmove(faces->in, faces->in + bytes, faces->length);
}

static int answer_command(npcface *faces, const npcw_part *part)
{
    if (part->length < PING_BODY_START || memcmp(part->body, "\4PING", 5) != 0 || part->length > 200)
        return 0;
    npcw_command(&faces->out, "PONG", part->body + PING_BODY_START, part->length - PING_BODY_START);
    return npcc_flush(faces);
}

/* A whole message at the start of the buffer: 1, its header and its payload (if any); 0 not all there; -1 broken. */
static int whole_message(npcface *faces, npcw_part *header, npcw_part *payload)
{
    size_t at = 0;
    int parts = 0;
    memset(payload, 0, sizeof *payload);
    for (;;) {
        npcw_part part;
        int whole = npcw_part_read(faces->in + at, faces->length - at, &part);
        if (whole <= 0)
            return whole;
        if (part.flags & NPCW_COMMAND) {
            if (parts > 0 || answer_command(faces, &part) != 0)
                return -1;
            forget(faces, part.total);
            continue;
        }
        if (parts == 0)
            *header = part;
        else if (parts == 1)
            *payload = part;
        parts++;
        at += part.total;
        if (!(part.flags & NPCW_MORE)) {
            faces->used = at;
            return 1;
        }
    }
}

static void clear_event(npcface_event *event)
{
    memset(event, 0, sizeof *event);
    event->stream = event->sequence = -1;
}

static int poll_for(npcface *faces, int timeout_ms, npcface_event *event, npcc_more *more)
{
    int64_t deadline = npcs_now_ms() + timeout_ms;
    npcc_release_held(faces);
    for (;;) {
        npcw_part header, payload;
        int found, left;
        clear_event(event);
        if (faces->socket == NPCS_NONE)
            return -1;
        if (faces->listed > 0 && npcc_next_character(faces, event))
            return 1;
        forget(faces, faces->used);
        faces->used = 0;
        memset(more, 0, sizeof *more);
        more->slot = -1;
        found = whole_message(faces, &header, &payload);
        if (found > 0)
            found = npcc_read_message(faces, &header, &payload, event, more) >= 0 ? 1 : -1;
        else if (found == 0) {
            left = (int)(deadline - npcs_now_ms());
            found = receive(faces, left > 0 ? left : 0);
            if (found > 0)
                continue;
            if (found == 0 && npcs_now_ms() >= deadline)
                return 0;
        }
        if (found < 0) {
            hang_up(faces);
            return -1;
        }
        if (event->kind != 0 || strcmp(more->type, "welcome") == 0)
            return 1;
    }
}

int npcface_poll(npcface *faces, int timeout_ms, npcface_event *event)
{
    npcc_more more;
    int found = poll_for(faces, timeout_ms, event, &more);
    return found > 0 && event->kind == 0 ? 0 : found;
}

/* ---- connecting ---- */

/* Waits until at least that many bytes are there. */
static int wait_bytes(npcface *faces, size_t bytes, int64_t deadline)
{
    while (faces->length < bytes) {
        int left = (int)(deadline - npcs_now_ms());
        if (left <= 0 || receive(faces, left) < 0)
            return -1;
    }
    return 0;
}

/* Greeting and READY, both ways. libzmq hangs up on a message that comes before its own READY has gone out. */
static int shake_hands(npcface *faces, int64_t deadline)
{
    uint8_t greeting[NPCW_GREETING_BYTES];
    npcw_part part;
    int whole;
    npcw_greeting(greeting);
    npcw_ready(&faces->out, NULL);
    if (npcs_send(faces->socket, greeting, sizeof greeting) != 0
        || wait_bytes(faces, NPCW_GREETING_BYTES, deadline) != 0 || !npcw_is_greeting(faces->in))
        return -1;
    forget(faces, NPCW_GREETING_BYTES);
    if (npcc_flush(faces) != 0)
        return -1;
    while ((whole = npcw_part_read(faces->in, faces->length, &part)) == 0)
        if (wait_bytes(faces, faces->length + 1, deadline) != 0)
            return -1;
    if (whole < 0 || !(part.flags & NPCW_COMMAND) || part.length < 6 || memcmp(part.body, "\5READY", 6) != 0)
        return -1;
    forget(faces, part.total);
    return 0;
}

/* Says hello; 0 when the daemon said welcome. */
static int say_hello(npcface *faces, int64_t deadline, npcface_error *error)
{
    npcface_event event;
    npcc_more more;
    uint32_t request;
    npcw_begin(&faces->out, "hello");
    npcc_key_text(&faces->out, "protocol", NPCW_PROTOCOL);
    npcc_key_text(&faces->out, "client", "npcface-c 0.1.0");
    if (faces->token[0] != '\0')
        npcc_key_text(&faces->out, "token", faces->token);
    if (npcm_possible(faces->host)) {
        npcw_key(&faces->out, "shared_memory");
        npcw_boolean(&faces->out, 1);
    }
    request = npcc_ask(faces);
    while (request != 0) {
        int left = (int)(deadline - npcs_now_ms());
        int found = left > 0 ? poll_for(faces, left, &event, &more) : 0;
        if (found <= 0)
            break;
        if (strcmp(more.type, "welcome") == 0)
            return 0;
        if (event.kind == NPCFACE_REFUSED && event.request == request) {
            if (error != NULL)
                *error = event.error;
            return -1;
        }
    }
    set_error(error, "timeout", "The daemon does not say welcome.", "Is the port the one of npcface serve?");
    return -1;
}

int npcface_reconnect(npcface *faces, int timeout_ms, npcface_error *error)
{
    int64_t deadline = npcs_now_ms() + timeout_ms;
    hang_up(faces);
    faces->socket = npcs_connect(faces->host, faces->port);
    if (faces->socket == NPCS_NONE) {
        set_error(error, "lost", "Nobody listens at that host and port.", "Is npcface serve running there?");
        return -1;
    }
    if (shake_hands(faces, deadline) != 0) {
        set_error(error, "protocol", "The peer does not speak ZMTP 3.", "Is the port the one of npcface serve?");
        hang_up(faces);
        return -1;
    }
    if (say_hello(faces, deadline, error) == 0)
        return 0;
    hang_up(faces);
    return -1;
}

npcface *npcface_connect(const char *host, int port, const char *token, int timeout_ms, npcface_error *error)
{
    npcface *faces = calloc(1, sizeof *faces);
    if (faces == NULL) {
        set_error(error, "internal", "There is no memory left.", "Free some.");
        return NULL;
    }
    snprintf(faces->host, sizeof faces->host, "%s", host);
    snprintf(faces->token, sizeof faces->token, "%s", token != NULL ? token : "");
    faces->port = port;
    faces->socket = NPCS_NONE;
    if (npcface_reconnect(faces, timeout_ms, error) == 0)
        return faces;
    npcface_close(faces);
    return NULL;
}

void npcface_close(npcface *faces)
{
    if (faces == NULL)
        return;
    if (faces->socket != NPCS_NONE) {
        npcw_begin(&faces->out, "bye");
        npcw_end(&faces->out, 0);
        npcc_flush(faces);
        hang_up(faces);
    }
    npcw_free(&faces->out);
    free(faces->in);
    free(faces);
}
