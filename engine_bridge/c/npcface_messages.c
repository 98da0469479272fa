/* npcface_messages.c: from the daemon's messages to events; see npcface_client.h */
#include "npcface_client.h"

#include <string.h>

void npcc_release_held(npcface *faces)
{
    if (faces->held != NULL)
        npcm_release(faces->held, faces->held_slot, faces->held_generation);
    faces->held = NULL;
}

/* The ring of a stream, or NULL. */
static npcm_ring *ring_of(const npcface *faces, int64_t stream)
{
    npcm_ring *ring = faces->rings;
    while (ring != NULL && ring->stream != stream)
        ring = ring->next;
    return ring;
}

static void drop_ring(npcface *faces, int64_t stream)
{
    npcm_ring **at = &faces->rings, *ring = ring_of(faces, stream);
    if (ring == NULL)
        return;
    while (*at != ring)
        at = &(*at)->next;
    *at = ring->next;
    npcm_unmap(ring);
}

/* `opened`: map the ring, if one is named; if that fails, the daemon goes on with the socket. */
static void take_ring(npcface *faces, int64_t stream, const npcm_offer *offer)
{
    npcm_ring *ring;
    drop_ring(faces, stream);
    ring = npcm_map(offer, stream);
    if (ring != NULL) {
        ring->next = faces->rings;
        faces->rings = ring;
    }
}

void npcc_drop_rings(npcface *faces)
{
    npcc_release_held(faces);
    while (faces->rings != NULL)
        drop_ring(faces, faces->rings->stream);
}

/* ---- messages ---- */

static npcface_kind kind_of(const char *type)
{
    static const struct { const char *type; npcface_kind kind; } known[] = {
        {"frame", NPCFACE_FRAME}, {"opened", NPCFACE_OPENED}, {"done", NPCFACE_DONE}, {"closed", NPCFACE_CLOSED},
        {"ended", NPCFACE_ENDED}, {"error", NPCFACE_REFUSED}, {"pong", NPCFACE_PONG},
        {"characters", NPCFACE_CHARACTER}, {"level", NPCFACE_LEVEL}, {"notice", NPCFACE_NOTICE},
    };
    size_t i;
    for (i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(type, known[i].type) == 0)
            return known[i].kind;
    return (npcface_kind)0;
}

static void read_offer(npcw_reader *from, npcm_offer *offer)
{
    char key[16];
    size_t left = from->at < from->end && *from->at == 0xC0 ? 0 : npcw_read_map(from);
    if (left == 0)
        npcw_skip(from, 0);
    for (; left > 0 && !from->failed; left--) {
        npcw_read_text(from, key, sizeof key);
        if (strcmp(key, "kind") == 0)
            npcw_read_text(from, offer->kind, sizeof offer->kind);
        else if (strcmp(key, "name") == 0)
            npcw_read_text(from, offer->name, sizeof offer->name);
        else if (strcmp(key, "bytes") == 0)
            offer->bytes = npcw_read_integer(from);
        else
            npcw_skip(from, 0);
    }
}

static void read_part(npcw_reader *from, npcc_more *more)
{
    size_t i;
    more->parts = npcw_read_array(from);
    for (i = 0; i < more->parts && !from->failed; i++) {
        int64_t number = npcw_read_integer(from);
        if (i < 4)
            more->part[i] = number;
    }
}

static void read_field(npcface *faces, const char *key, npcw_reader *from, npcface_event *event, npcc_more *more)
{
    char word[32];
    if (strcmp(key, "type") == 0)
        npcw_read_text(from, more->type, sizeof more->type);
    else if (strcmp(key, "slot") == 0)
        more->slot = npcw_read_integer(from);
    else if (strcmp(key, "generation") == 0)
        more->generation = npcw_read_integer(from);
    else if (strcmp(key, "format") == 0)
        npcw_read_text(from, more->format, sizeof more->format);
    else if (strcmp(key, "part") == 0)
        read_part(from, more);
    else if (strcmp(key, "ring") == 0)
        read_offer(from, &more->offer);
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
    else if (strcmp(key, "watermark") == 0)
        event->watermark = npcw_read_boolean(from);
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

int npcc_next_character(npcface *faces, npcface_event *event)
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

/* Which part of the texture came, 0 or -1: one that reaches beyond it, or a part of what is always whole. */
static int find_part(npcface_event *event, const npcc_more *more)
{
    const int64_t *at = more->part;
    event->part.width = event->width;
    event->part.height = event->height;
    if (more->parts == 0)
        return 0;
    if (more->parts != 4 || event->format != NPCFACE_RGBA8 || more->slot >= 0)
        return -1;
    if (at[0] < 0 || at[1] < 0 || at[2] < 1 || at[3] < 1 || at[0] >= event->width || at[1] >= event->height
        || at[2] > event->width - at[0] || at[3] > event->height - at[1])
        return -1;
    event->part.x = (int)at[0];
    event->part.y = (int)at[1];
    event->part.width = (int)at[2];
    event->part.height = (int)at[3];
    return 0;
}

/* Format, part and number of bytes of a frame: 0 or -1, there are no such frames. */
static int find_layout(npcface_event *event, const npcc_more *more)
{
    size_t bytes;
    if (event->width < 1 || event->height < 1 || event->width > 4096 || event->height > 4096)
        return -1;
    if (more->format[0] != '\0' && strcmp(more->format, "rgba8") != 0) {
        if (strcmp(more->format, "bc1") != 0 && strcmp(more->format, "bc3") != 0)
            return -1;
        event->format = more->format[2] == '1' ? NPCFACE_BC1 : NPCFACE_BC3;
        if (event->width % 4 != 0 || event->height % 4 != 0)
            return -1;
    }
    if (find_part(event, more) != 0)
        return -1;
    bytes = (size_t)event->part.width * (size_t)event->part.height;
    event->bytes = event->format == NPCFACE_RGBA8 ? bytes * 4 : event->format == NPCFACE_BC1 ? bytes / 2 : bytes;
    return 0;
}

/* As npcc_read_message, for a frame: its pixels are in the message or in a slot of the stream's ring. */
static int find_pixels(npcface *faces, const npcw_part *payload, npcface_event *event, const npcc_more *more)
{
    if (find_layout(event, more) != 0)
        return -1;
    if (more->slot < 0) {
        event->pixels = payload->body;
        return payload->length == event->bytes ? 1 : -1;
    }
    faces->held = ring_of(faces, event->stream);
    if (faces->held == NULL)
        return -1;
    event->pixels = npcm_pixels(faces->held, more->slot, more->generation, event->format, event->bytes);
    if (event->pixels == NULL) {
        faces->held = NULL;
        event->kind = (npcface_kind)0; /* overwritten: as good as dropped */
        return 0;
    }
    faces->held_slot = more->slot;
    faces->held_generation = more->generation;
    event->shared = 1;
    return 1;
}

int npcc_read_message(npcface *faces, const npcw_part *header, const npcw_part *payload, npcface_event *event,
                      npcc_more *more)
{
    npcw_reader from;
    size_t left;
    char key[32];
    from.at = header->body;
    from.end = header->body + header->length;
    from.failed = 0;
    for (left = npcw_read_map(&from); left > 0 && !from.failed; left--) {
        npcw_read_text(&from, key, sizeof key);
        read_field(faces, key, &from, event, more);
    }
    if (from.failed)
        return -1;
    event->kind = kind_of(more->type);
    if (event->kind == NPCFACE_FRAME)
        return find_pixels(faces, payload, event, more);
    if (event->kind == NPCFACE_OPENED)
        take_ring(faces, event->stream, &more->offer);
    if (event->kind == NPCFACE_CLOSED)
        drop_ring(faces, event->stream);
    if (event->kind == NPCFACE_CHARACTER) {
        faces->list_request = event->request;
        return npcc_next_character(faces, event);
    }
    return event->kind != 0;
}
