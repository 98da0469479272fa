/* npcface_wire.c: see npcface_wire.h */
#include "npcface_wire.h"

#include <stdlib.h>
#include <string.h>

#define START 9u /* room for a frame's header, whose length is known last */
#define DEEPEST 16

static int reserve(npcw_writer *to, size_t more)
{
    size_t wanted = to->last + more, capacity = to->capacity ? to->capacity : 1024;
    uint8_t *larger;
    if (to->failed)
        return 0;
    if (wanted <= to->capacity)
        return 1;
    while (capacity < wanted)
        capacity *= 2;
    larger = realloc(to->bytes, capacity);
    if (larger == NULL) {
        to->failed = 1;
        return 0;
    }
    to->bytes = larger;
    to->capacity = capacity;
    return 1;
}

static void put(npcw_writer *to, unsigned value)
{
    if (reserve(to, 1))
        to->bytes[to->last++] = (uint8_t)value;
}

static void put_bytes(npcw_writer *to, const void *bytes, size_t length)
{
    if (length > 0 && reserve(to, length)) {
        memcpy(to->bytes + to->last, bytes, length);
        to->last += length;
    }
}

static void put_big(npcw_writer *to, unsigned mark, uint64_t value, int bytes)
{
    put(to, mark);
    while (bytes-- > 0)
        put(to, (unsigned)(value >> (8 * bytes)) & 0xFFu);
}

void npcw_greeting(uint8_t bytes[NPCW_GREETING_BYTES])
{
    memset(bytes, 0, NPCW_GREETING_BYTES);
    bytes[0] = 0xFF;
    bytes[9] = 0x7F;
    bytes[10] = 3;
    memcpy(bytes + 12, "NULL", 4);
}

int npcw_is_greeting(const uint8_t bytes[NPCW_GREETING_BYTES])
{
    uint8_t own[NPCW_GREETING_BYTES];
    npcw_greeting(own);
    return bytes[0] == 0xFF && (bytes[9] & 1) && bytes[10] >= 3 && memcmp(bytes + 12, own + 12, 20) == 0;
}

void npcw_command(npcw_writer *to, const char *name, const uint8_t *rest, size_t length)
{
    size_t name_length = strlen(name);
    to->first = to->last = 0;
    put(to, NPCW_COMMAND);
    put(to, (unsigned)(1 + name_length + length));
    put(to, (unsigned)name_length);
    put_bytes(to, name, name_length);
    put_bytes(to, rest, length);
}

static size_t property(uint8_t *bytes, const char *name, const char *value)
{
    size_t name_length = strlen(name), length = strlen(value);
    bytes[0] = (uint8_t)name_length;
    memcpy(bytes + 1, name, name_length);
    memset(bytes + 1 + name_length, 0, 3);
    bytes[4 + name_length] = (uint8_t)length;
    memcpy(bytes + 5 + name_length, value, length);
    return 5 + name_length + length;
}

void npcw_ready(npcw_writer *to, const char *identity)
{
    uint8_t properties[128];
    size_t length = property(properties, "Socket-Type", "DEALER");
    if (identity != NULL && strlen(identity) < 64)
        length += property(properties + length, "Identity", identity);
    npcw_command(to, "READY", properties, length);
}

/* Flags and length of a frame so that they end at `end`; returns their start. */
static size_t header_before(uint8_t *bytes, size_t end, size_t body, int more)
{
    int i;
    if (body <= 255) {
        bytes[end - 2] = (uint8_t)(more ? NPCW_MORE : 0);
        bytes[end - 1] = (uint8_t)body;
        return end - 2;
    }
    bytes[end - 9] = (uint8_t)(NPCW_LONG | (more ? NPCW_MORE : 0));
    for (i = 0; i < 8; i++)
        bytes[end - 1 - (size_t)i] = (uint8_t)((uint64_t)body >> (8 * i));
    return end - 9;
}

void npcw_begin(npcw_writer *to, const char *type)
{
    to->last = 0;
    if (!reserve(to, START))
        return;
    to->last = START;
    put(to, 0x80);
    npcw_key(to, "type");
    npcw_text(to, type);
}

void npcw_key(npcw_writer *to, const char *key)
{
    if (!to->failed)
        to->bytes[START]++; /* maps of up to 15 keys */
    npcw_text(to, key);
}

void npcw_text(npcw_writer *to, const char *text)
{
    size_t length = strlen(text);
    if (length < 32)
        put(to, (unsigned)(0xA0 | length));
    else if (length < 256)
        put_big(to, 0xD9, length, 1);
    else
        put_big(to, 0xDA, length, 2);
    put_bytes(to, text, length);
}

void npcw_integer(npcw_writer *to, uint64_t value)
{
    if (value < 0x80)
        put(to, (unsigned)value);
    else if (value <= 0xFF)
        put_big(to, 0xCC, value, 1);
    else if (value <= 0xFFFF)
        put_big(to, 0xCD, value, 2);
    else if (value <= 0xFFFFFFFFu)
        put_big(to, 0xCE, value, 4);
    else
        put_big(to, 0xCF, value, 8);
}

void npcw_float(npcw_writer *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_big(to, 0xCB, bits, 8);
}

void npcw_boolean(npcw_writer *to, int value) { put(to, value ? 0xC3 : 0xC2); }

void npcw_nil(npcw_writer *to) { put(to, 0xC0); }

void npcw_array(npcw_writer *to, size_t count)
{
    if (count < 16)
        put(to, (unsigned)(0x90 | count));
    else
        put_big(to, 0xDC, count, 2);
}

void npcw_end(npcw_writer *to, uint32_t request)
{
    if (request != 0) {
        npcw_key(to, "request");
        npcw_integer(to, request);
    }
    to->header = to->last - START;
    if (!to->failed)
        to->first = header_before(to->bytes, START, to->header, 0);
}

void npcw_payload(npcw_writer *to, const float *numbers, size_t count)
{
    size_t bytes = count * 4, body = to->last + (bytes > 255 ? 9 : 2), i;
    if (!reserve(to, 9 + bytes))
        return;
    to->first = header_before(to->bytes, START, to->header, 1);
    header_before(to->bytes, body, bytes, 0);
    for (i = 0; i < count; i++) {
        uint32_t bits;
        int k;
        memcpy(&bits, numbers + i, sizeof bits);
        for (k = 0; k < 4; k++)
            to->bytes[body + 4 * i + (size_t)k] = (uint8_t)(bits >> (8 * k));
    }
    to->last = body + bytes;
}

void npcw_free(npcw_writer *to)
{
    free(to->bytes);
    memset(to, 0, sizeof *to);
}

int npcw_part_read(const uint8_t *bytes, size_t length, npcw_part *part)
{
    uint64_t body = 0;
    size_t start, i;
    if (length < 2)
        return 0;
    part->flags = bytes[0];
    if (part->flags & ~(NPCW_MORE | NPCW_LONG | NPCW_COMMAND))
        return -1;
    start = part->flags & NPCW_LONG ? 9 : 2;
    if (length < start)
        return 0;
    for (i = 1; i < start; i++)
        body = body << 8 | bytes[i];
    if (body > NPCW_BODY_MAX)
        return -1;
    part->body = bytes + start;
    part->length = (size_t)body;
    part->total = start + (size_t)body;
    return length >= part->total;
}

static uint64_t take_big(npcw_reader *from, int bytes)
{
    uint64_t value = 0;
    if (from->failed || from->end - from->at < bytes) {
        from->failed = 1;
        return 0;
    }
    while (bytes-- > 0)
        value = value << 8 | *from->at++;
    return value;
}

static unsigned mark_of(npcw_reader *from) { return (unsigned)take_big(from, 1); }

static size_t collection(npcw_reader *from, unsigned small, unsigned large)
{
    unsigned mark = mark_of(from);
    uint64_t count = (mark & 0xF0u) == small ? (mark & 0x0Fu)
        : mark == large                      ? take_big(from, 2)
        : mark == large + 1                  ? take_big(from, 4)
                                             : (from->failed = 1, 0);
    if (count > (uint64_t)(from->end - from->at)) /* every element takes a byte at least */
        from->failed = 1;
    return from->failed ? 0 : (size_t)count;
}

size_t npcw_read_map(npcw_reader *from) { return collection(from, 0x80, 0xDE); }

size_t npcw_read_array(npcw_reader *from) { return collection(from, 0x90, 0xDC); }

int64_t npcw_read_integer(npcw_reader *from)
{
    unsigned mark = mark_of(from);
    if (from->failed)
        return 0;
    if (mark < 0x80)
        return mark;
    if (mark >= 0xE0)
        return (int8_t)mark;
    switch (mark) {
    case 0xCC: return (int64_t)take_big(from, 1);
    case 0xCD: return (int64_t)take_big(from, 2);
    case 0xCE: return (int64_t)take_big(from, 4);
    case 0xCF: return (int64_t)(take_big(from, 8) & INT64_MAX);
    case 0xD0: return (int8_t)take_big(from, 1);
    case 0xD1: return (int16_t)take_big(from, 2);
    case 0xD2: return (int32_t)take_big(from, 4);
    case 0xD3: return (int64_t)take_big(from, 8);
    default: from->failed = 1; return 0;
    }
}

double npcw_read_number(npcw_reader *from)
{
    if (from->at < from->end && *from->at == 0xCB) {
        uint64_t bits;
        double value;
        from->at++;
        bits = take_big(from, 8);
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    if (from->at < from->end && *from->at == 0xCA) {
        uint32_t bits;
        float value;
        from->at++;
        bits = (uint32_t)take_big(from, 4);
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    return (double)npcw_read_integer(from);
}

int npcw_read_boolean(npcw_reader *from)
{
    unsigned mark = mark_of(from);
    if (mark != 0xC2 && mark != 0xC3)
        from->failed = 1;
    return !from->failed && mark == 0xC3;
}

void npcw_read_text(npcw_reader *from, char *text, size_t capacity)
{
    unsigned mark = mark_of(from);
    uint64_t length = (mark & 0xE0u) == 0xA0 ? (mark & 0x1Fu)
        : mark == 0xD9                       ? take_big(from, 1)
        : mark == 0xDA                       ? take_big(from, 2)
        : mark == 0xDB                       ? take_big(from, 4)
                                             : (from->failed = 1, 0);
    size_t shown;
    if (from->failed || length > (uint64_t)(from->end - from->at)) {
        from->failed = 1;
        length = 0;
    }
    shown = length < capacity ? (size_t)length : capacity - 1;
    memcpy(text, from->at, shown);
    text[shown] = '\0';
    from->at += length;
}

void npcw_skip(npcw_reader *from, int depth)
{
    unsigned mark = from->at < from->end ? *from->at : 0u;
    char nothing[1];
    size_t left;
    if (from->at >= from->end || depth > DEEPEST)
        from->failed = 1;
    else if (mark == 0xC0 || mark == 0xC2 || mark == 0xC3)
        from->at++;
    else if (mark == 0xCA || mark == 0xCB)
        npcw_read_number(from);
    else if ((mark & 0xF0u) == 0x80 || mark == 0xDE || mark == 0xDF)
        for (left = 2 * npcw_read_map(from); left > 0 && !from->failed; left--)
            npcw_skip(from, depth + 1);
    else if ((mark & 0xF0u) == 0x90 || mark == 0xDC || mark == 0xDD)
        for (left = npcw_read_array(from); left > 0 && !from->failed; left--)
            npcw_skip(from, depth + 1);
    else if ((mark & 0xE0u) == 0xA0 || (mark >= 0xD9 && mark <= 0xDB))
        npcw_read_text(from, nothing, sizeof nothing);
    else
        npcw_read_integer(from);
}
