/* npcface_requests.c: what can be asked for; see npcface.h */
#include "npcface_client.h"

static uint32_t next_request(npcface *faces)
{
    faces->requests = faces->requests == UINT32_MAX ? 1 : faces->requests + 1;
    return faces->requests;
}

/* Finishes a request and sends it; its number, 0 if the connection is lost. */
uint32_t npcc_ask(npcface *faces)
{
    uint32_t request = next_request(faces);
    npcw_end(&faces->out, request);
    return npcc_flush(faces) == 0 ? request : 0;
}

static void key_integer(npcw_writer *to, const char *key, uint64_t value)
{
    npcw_key(to, key);
    npcw_integer(to, value);
}

void npcc_key_text(npcw_writer *to, const char *key, const char *value)
{
    npcw_key(to, key);
    npcw_text(to, value);
}

static void begin(npcface *faces, const char *type, uint32_t stream)
{
    npcw_begin(&faces->out, type);
    key_integer(&faces->out, "stream", stream);
}

uint32_t npcface_open(npcface *faces, uint32_t stream, const char *character, const npcface_options *options)
{
    static const npcface_options usual;
    npcw_writer *to = &faces->out;
    int i;
    if (options == NULL)
        options = &usual;
    begin(faces, "open", stream);
    npcc_key_text(to, "character", character);
    if (options->size != 0)
        key_integer(to, "size", (uint64_t)options->size);
    if (options->format != NPCFACE_RGBA8)
        npcc_key_text(to, "format", options->format == NPCFACE_BC1 ? "bc1" : "bc3");
    if (options->partial) {
        npcw_key(to, "partial");
        npcw_boolean(to, 1);
    }
    if (options->premultiplied)
        npcc_key_text(to, "alpha", "premultiplied");
    if (options->color != NULL) {
        npcw_key(to, "background");
        npcw_array(to, 3);
        for (i = 0; i < 3; i++)
            npcw_integer(to, options->color[i]);
    } else if (options->transparent)
        npcc_key_text(to, "background", "transparent");
    if (options->quality != NULL)
        npcc_key_text(to, "quality", options->quality);
    if (options->fps > 0.0f) {
        npcw_key(to, "fps");
        npcw_float(to, options->fps);
    }
    if (options->importance > 0.0f) {
        npcw_key(to, "importance");
        npcw_float(to, options->importance);
    }
    if (options->size_min > 0)
        key_integer(to, "size_min", (uint64_t)options->size_min);
    if (options->watermark) {
        npcw_key(to, "watermark");
        npcw_boolean(to, 1);
    }
    if (options->no_notice) {
        npcw_key(to, "notice");
        npcw_boolean(to, 0);
    }
    return npcc_ask(faces);
}

uint32_t npcface_stream_close(npcface *faces, uint32_t stream)
{
    begin(faces, "close", stream);
    return npcc_ask(faces);
}

uint32_t npcface_list(npcface *faces)
{
    npcw_begin(&faces->out, "list");
    return npcc_ask(faces);
}

uint32_t npcface_ping(npcface *faces)
{
    npcw_begin(&faces->out, "ping");
    return npcc_ask(faces);
}

uint32_t npcface_speech(npcface *faces, uint32_t stream, const npcface_phoneme *phonemes, size_t count,
                        const npcface_speech_options *options)
{
    static const npcface_speech_options usual;
    npcw_writer *to = &faces->out;
    size_t i;
    if (options == NULL)
        options = &usual;
    begin(faces, "speech", stream);
    npcw_key(to, "phonemes");
    npcw_array(to, count);
    for (i = 0; i < count; i++) {
        npcw_array(to, 3);
        npcw_text(to, phonemes[i].symbol);
        npcw_float(to, phonemes[i].start_s);
        if (phonemes[i].end_s >= 0.0)
            npcw_float(to, phonemes[i].end_s);
        else
            npcw_nil(to);
    }
    if (options->alphabet != NULL)
        npcc_key_text(to, "alphabet", options->alphabet);
    if (options->continues) {
        npcw_key(to, "begin");
        npcw_boolean(to, 0);
    }
    if (options->more_will_come) {
        npcw_key(to, "final");
        npcw_boolean(to, 0);
    }
    if (options->then_stop)
        npcc_key_text(to, "then", "stop");
    if (options->still) {
        npcw_key(to, "idle");
        npcw_boolean(to, 0);
    }
    if (options->seed != 0)
        key_integer(to, "seed", options->seed);
    return npcc_ask(faces);
}

uint32_t npcface_idle(npcface *faces, uint32_t stream, uint32_t seed)
{
    begin(faces, "idle", stream);
    if (seed != 0)
        key_integer(&faces->out, "seed", seed);
    return npcc_ask(faces);
}

uint32_t npcface_emotion(npcface *faces, uint32_t stream, const char *emotion, float strength)
{
    begin(faces, "emotion", stream);
    npcc_key_text(&faces->out, "emotion", emotion);
    npcw_key(&faces->out, "strength");
    npcw_float(&faces->out, strength);
    return npcc_ask(faces);
}

uint32_t npcface_adjust(npcface *faces, uint32_t stream, float importance)
{
    begin(faces, "adjust", stream);
    npcw_key(&faces->out, "importance");
    npcw_float(&faces->out, importance);
    return npcc_ask(faces);
}

uint32_t npcface_stop(npcface *faces, uint32_t stream)
{
    begin(faces, "stop", stream);
    return npcc_ask(faces);
}

int npcface_state(npcface *faces, uint32_t stream, int64_t sequence, const float *values, size_t count)
{
    size_t i;
    begin(faces, "state", stream);
    key_integer(&faces->out, "sequence", (uint64_t)sequence);
    npcw_key(&faces->out, "values");
    npcw_array(&faces->out, count);
    for (i = 0; i < count; i++)
        npcw_float(&faces->out, values[i]);
    npcw_end(&faces->out, 0);
    return npcc_flush(faces);
}

int npcface_landmarks(npcface *faces, uint32_t stream, int64_t sequence, const float *points, size_t count, int dims,
                      int width, int height)
{
    begin(faces, "landmarks", stream);
    key_integer(&faces->out, "sequence", (uint64_t)sequence);
    key_integer(&faces->out, "points", count);
    key_integer(&faces->out, "dims", (uint64_t)dims);
    key_integer(&faces->out, "width", (uint64_t)width);
    key_integer(&faces->out, "height", (uint64_t)height);
    npcw_end(&faces->out, 0);
    npcw_payload(&faces->out, points, count * (size_t)dims);
    return npcc_flush(faces);
}
