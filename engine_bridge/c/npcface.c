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

static npcface_kind kind_of(const char *type)
{
    static const struct { const char *type; npcface_kind kind; } known[] = {
        {"frame", NPCFACE_FRAME}, {"opened", NPCFACE_OPENED}, {"done", NPCFACE_DONE}, {"closed", NPCFACE_CLOSED},
        {"ended", NPCFACE_ENDED}, {"error", NPCFACE_REFUSED}, {"pong", NPCFACE_PONG},
        {"characters", NPCFACE_CHARACTER}, {"level", NPCFACE_LEVEL},
    };
    size_t i;
    for (i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(type, known[i].type) == 0)
            return known[i].kind;
    return (npcface_kind)0;
}

static void read_field(npcface *faces, const char *key, npcw_reader *from, npcface_event *event, char *type)
{
    char word[32];
    if (strcmp(key, "type") == 0)
        npcw_read_text(from, type, 32);
    else if (strcmp(key, "request") == 0)
        event->request = (uint32_t)npcw_read_integer(from);
    else if (strcmp(key, "stream") == 0)
        event->stream = npcw_read_integer(from);
    else if (strcmp(key, "sequence") == 0)
        event->sequence = npcw_read_integer(from);
    else if (strcmp(key, "time_s") == 0)
        event->time_s = npcw_read_number(from);
    else if (strcmp(key, "width") == 0)
        event->width = (int)npcw_read_integer(from);
    else if (strcmp(key, "height") == 0)
        event->height = (int)npcw_read_integer(from);
    else if (strcmp(key, "level") == 0)
        event->level = (int)npcw_read_integer(from);
    else if (strcmp(key, "fps") == 0)
        event->fps = npcw_read_number(from);
    else if (strcmp(key, "dropped") == 0)
        event->dropped = npcw_read_integer(from);
    else if (strcmp(key, "alpha") == 0) {
        npcw_read_text(from, word, sizeof word);
        event->premultiplied = strcmp(word, "premultiplied") == 0;
    } else if (strcmp(key, "what") == 0 && event->text[0] == '\0')
        npcw_read_text(from, event->text, sizeof event->text);
    else if (strcmp(key, "then") == 0 || strcmp(key, "reason") == 0 || strcmp(key, "quality") == 0)
        npcw_read_text(from, event->text, sizeof event->text);
    else if (strcmp(key, "code") == 0)
        npcw_read_text(from, event->error.code, sizeof event->error.code);
    else if (strcmp(key, "cause") == 0)
        npcw_read_text(from, event->error.cause, sizeof event->error.cause);
    else if (strcmp(key, "remedy") == 0)
        npcw_read_text(from, event->error.remedy, sizeof event->error.remedy);
    else if (strcmp(key, "characters") == 0) {
        faces->list = *from;
        faces->listed = (int)npcw_read_array(&faces->list);
        faces->index = 0;
        npcw_skip(from, 0);
    } else
        npcw_skip(from, 0);
}

/* The next entry of a list of characters that can be used. */
static int next_character(npcface *faces, npcface_event *event)
{
    while (faces->index < faces->listed && !faces->list.failed) {
        size_t left = npcw_read_map(&faces->list);
        char id[sizeof event->text] = "", problem[2] = "", key[16];
        for (; left > 0; left--) {
            npcw_read_text(&faces->list, key, sizeof key);
            if (strcmp(key, "id") == 0)
                npcw_read_text(&faces->list, id, sizeof id);
            else if (strcmp(key, "error") == 0)
                npcw_read_text(&faces->list, problem, sizeof problem);
            else
                npcw_skip(&faces->list, 0);
        }
        event->index = faces->index++;
        event->count = faces->listed;
        if (problem[0] != '\0' || faces->list.failed)
            continue;
        event->kind = NPCFACE_CHARACTER;
        event->request = faces->list_request;
        memcpy(event->text, id, sizeof id);
        return 1;
    }
    faces->listed = 0;
    return 0;
}

/* 1: the message is an event, 0: it is not for the user, -1: it is broken. */
static int read_message(npcface *faces, const npcw_part *header, const npcw_part *payload, npcface_event *event,
                        char *type)
{
    npcw_reader from;
    size_t left;
    char key[32];
    from.at = header->body;
    from.end = header->body + header->length;
    from.failed = 0;
    for (left = npcw_read_map(&from); left > 0 && !from.failed; left--) {
        npcw_read_text(&from, key, sizeof key);
        read_field(faces, key, &from, event, type);
    }
    if (from.failed)
        return -1;
    event->kind = kind_of(type);
    if (event->kind == NPCFACE_FRAME) {
        if (event->width < 1 || event->height < 1 || event->width > 4096 || event->height > 4096
            || payload->length != (size_t)event->width * (size_t)event->height * 4)
            return -1;
        event->pixels = payload->body;
    }
    if (event->kind == NPCFACE_CHARACTER) {
        faces->list_request = event->request;
        return next_character(faces, event);
    }
    return event->kind != 0;
}

static void clear_event(npcface_event *event)
{
    memset(event, 0, sizeof *event);
    event->stream = event->sequence = -1;
}

static int poll_for(npcface *faces, int timeout_ms, npcface_event *event, char *type)
{
    int64_t deadline = npcs_now_ms() + timeout_ms;
    for (;;) {
        npcw_part header, payload;
        int found, left;
        clear_event(event);
        if (faces->socket == NPCS_NONE)
            return -1;
        if (faces->listed > 0 && next_character(faces, event))
            return 1;
        forget(faces, faces->used);
        faces->used = 0;
        type[0] = '\0';
        found = whole_message(faces, &header, &payload);
        if (found > 0)
            found = read_message(faces, &header, &payload, event, type) >= 0 ? 1 : -1;
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
        if (event->kind != 0 || strcmp(type, "welcome") == 0)
            return 1;
    }
}

int npcface_poll(npcface *faces, int timeout_ms, npcface_event *event)
{
    char type[32];
    int found = poll_for(faces, timeout_ms, event, type);
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
    char type[32];
    uint32_t request;
    npcw_begin(&faces->out, "hello");
    npcc_key_text(&faces->out, "protocol", NPCW_PROTOCOL);
    npcc_key_text(&faces->out, "client", "npcface-c 0.1.0");
    if (faces->token[0] != '\0')
        npcc_key_text(&faces->out, "token", faces->token);
    request = npcc_ask(faces);
    while (request != 0) {
        int left = (int)(deadline - npcs_now_ms());
        int found = left > 0 ? poll_for(faces, left, &event, type) : 0;
        if (found <= 0)
            break;
        if (strcmp(type, "welcome") == 0)
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
