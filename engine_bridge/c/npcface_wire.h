/* npcface_wire.h: bytes. ZMTP 3.0 framing and the part of MessagePack that the messages need; not for users. */
#ifndef NPCFACE_WIRE_H
#define NPCFACE_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define NPCW_GREETING_BYTES 64
#define NPCW_BODY_MAX (16u * 1024u * 1024u)
#define NPCW_PROTOCOL "1.3.0"

enum { NPCW_MORE = 1, NPCW_LONG = 2, NPCW_COMMAND = 4 };

/* An outgoing message in a buffer that is used again. The whole of it lies in bytes[first .. last). */
typedef struct {
    uint8_t *bytes;
    size_t capacity, first, last, header;
    int failed; /* out of memory */
} npcw_writer;

void npcw_greeting(uint8_t bytes[NPCW_GREETING_BYTES]);
int npcw_is_greeting(const uint8_t bytes[NPCW_GREETING_BYTES]);

void npcw_command(npcw_writer *to, const char *name, const uint8_t *rest, size_t length);
void npcw_ready(npcw_writer *to, const char *identity);

void npcw_begin(npcw_writer *to, const char *type);
void npcw_key(npcw_writer *to, const char *key);
void npcw_text(npcw_writer *to, const char *text);
void npcw_integer(npcw_writer *to, uint64_t value);
void npcw_float(npcw_writer *to, double value);
void npcw_boolean(npcw_writer *to, int value);
void npcw_nil(npcw_writer *to);
void npcw_array(npcw_writer *to, size_t count);
void npcw_end(npcw_writer *to, uint32_t request);
void npcw_payload(npcw_writer *to, const float *numbers, size_t count);
void npcw_free(npcw_writer *to);

/* One ZMTP frame at the start of bytes: 1 whole, 0 not all there yet, -1 malformed. */
typedef struct {
    int flags;
    const uint8_t *body;
    size_t length, total;
} npcw_part;

int npcw_part_read(const uint8_t *bytes, size_t length, npcw_part *part);

/* Reads MessagePack; failed is set, and everything reads as zero, once something does not fit. */
typedef struct {
    const uint8_t *at, *end;
    int failed;
} npcw_reader;

size_t npcw_read_map(npcw_reader *from);
size_t npcw_read_array(npcw_reader *from);
double npcw_read_number(npcw_reader *from);
int64_t npcw_read_integer(npcw_reader *from);
int npcw_read_boolean(npcw_reader *from);
/* Copies a text, cut to fit, with a final zero. */
void npcw_read_text(npcw_reader *from, char *text, size_t capacity);
void npcw_skip(npcw_reader *from, int depth);

#endif
