/* Readers and writers. */
#include "harness.h"

STORE_TEST(streams_carry_any_size)
{
    const size_t sizes[] = {0, 1, 65535, 65536, 1000000, (9 << 20) + 17};
    const size_t step = 100003;
    unsigned char *data = malloc(step);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const char *key = harness_key("stream");
        coffer_writer *writer = NULL;
        coffer_reader *reader = NULL;
        coffer_info *info = NULL;
        const coffer_info *lent = NULL;
        coffer_write_options options = COFFER_WRITE_OPTIONS_INIT;
        int64_t start = -1, end = -1;
        size_t total = 0;
        bool exists = true;
        options.part_size = 5 << 20;
        OK(coffer_writer_open(t->store, key, &options, &writer, &t->error));
        for (size_t offset = 0; offset < sizes[i]; offset += step) {
            size_t count = sizes[i] - offset < step ? sizes[i] - offset : step;
            fill_pattern(data, count, offset);
            OK(coffer_writer_write(writer, data, count, &t->error));
            memset(data, 0xEE, count);
        }
        OK(coffer_store_exists(t->store, key, &exists, &t->error));
        CHECK(!exists);
        OK(coffer_writer_finish(writer, &info, &t->error));
        CHECK_NUMBER(info->size, sizes[i]);
        CHECK_TEXT(info->key, key);
        coffer_info_free(info);
        coffer_writer_free(writer);

        OK(coffer_reader_open(t->store, key, NULL, &reader, &t->error));
        OK(coffer_reader_info(reader, &lent, &t->error));
        CHECK_NUMBER(lent->size, sizes[i]);
        OK(coffer_reader_range(reader, &start, &end, &t->error));
        CHECK(start == 0 && end == (int64_t)sizes[i]);
        for (;;) {
            size_t count = 0;
            OK(coffer_reader_read(reader, data, step, &count, &t->error));
            if (count == 0) break;
            CHECK(is_pattern(data, count, total));
            total += count;
        }
        CHECK_NUMBER(total, sizes[i]);
        coffer_reader_free(reader);

        OK(coffer_reader_open(t->store, key, NULL, &reader, &t->error));
        for (total = 0;;) {
            coffer_buffer *buffer = NULL;
            OK(coffer_reader_next(reader, &buffer, &t->error));
            if (!buffer) break;
            CHECK(buffer->size > 0 && is_pattern(buffer->data, buffer->size, total));
            total += buffer->size;
            coffer_buffer_free(buffer);
        }
        CHECK_NUMBER(total, sizes[i]);
        coffer_reader_free(reader);
        OK(coffer_store_delete(t->store, key, NULL, &t->error));
    }
    free(data);
}

STORE_TEST(ranges_are_streamed)
{
    const char *key = harness_key("stream-range");
    coffer_read_options options = COFFER_READ_OPTIONS_INIT;
    coffer_reader *reader = NULL;
    int64_t start = 0, end = 0;
    char memory[16] = {0};
    size_t total = 0, count = 0;
    OK(coffer_store_put(t->store, key, "0123456789", 10, NULL, NULL, &t->error));
    options.range = COFFER_RANGE_SUFFIX;
    options.length = 4;
    OK(coffer_reader_open(t->store, key, &options, &reader, &t->error));
    OK(coffer_reader_range(reader, &start, &end, &t->error));
    CHECK(start == 6 && end == 10);
    do {
        OK(coffer_reader_read(reader, memory + total, 3, &count, &t->error));
        total += count;
    } while (count);
    CHECK_TEXT(memory, "6789");
    coffer_reader_free(reader);
    options.range = COFFER_RANGE_FROM;
    options.offset = 10;
    FAILS(COFFER_RANGE_NOT_SATISFIABLE, coffer_reader_open(t->store, key, &options, &reader, &t->error));
    CHECK(reader == NULL);
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
}

STORE_TEST(writers_publish_all_or_nothing)
{
    const char *key = harness_key("writer");
    coffer_writer *writer = NULL, *other = NULL;
    coffer_info *info = NULL;
    coffer_buffer *buffer = NULL;
    coffer_write_options options = COFFER_WRITE_OPTIONS_INIT;
    OK(coffer_store_put(t->store, key, "old", 3, NULL, NULL, &t->error));

    /* Dropped, aborted: the old object is there. */
    OK(coffer_writer_open(t->store, key, NULL, &writer, &t->error));
    OK(coffer_writer_write(writer, "new contents", 12, &t->error));
    coffer_writer_free(writer);
    OK(coffer_writer_open(t->store, key, NULL, &writer, &t->error));
    OK(coffer_writer_write(writer, "new contents", 12, &t->error));
    OK(coffer_writer_abort(writer, &t->error));
    OK(coffer_writer_abort(writer, &t->error));
    FAILS(COFFER_CLOSED, coffer_writer_write(writer, "x", 1, &t->error));
    FAILS(COFFER_CLOSED, coffer_writer_finish(writer, &info, &t->error));
    CHECK(info == NULL);
    coffer_writer_free(writer);
    OK(coffer_store_get(t->store, key, NULL, &buffer, NULL, &t->error));
    CHECK(buffer->size == 3 && memcmp(buffer->data, "old", 3) == 0);
    coffer_buffer_free(buffer);

    /* Finished: the last one counts, and only once. */
    OK(coffer_writer_open(t->store, key, NULL, &writer, &t->error));
    OK(coffer_writer_open(t->store, key, NULL, &other, &t->error));
    OK(coffer_writer_write(writer, "first", 5, &t->error));
    OK(coffer_writer_write(other, "second", 6, &t->error));
    OK(coffer_writer_finish(writer, NULL, &t->error));
    FAILS(COFFER_CLOSED, coffer_writer_finish(writer, NULL, &t->error));
    FAILS(COFFER_CLOSED, coffer_writer_write(writer, "x", 1, &t->error));
    OK(coffer_writer_abort(writer, &t->error));
    OK(coffer_writer_finish(other, NULL, &t->error));
    coffer_writer_free(writer);
    coffer_writer_free(other);
    OK(coffer_store_get(t->store, key, NULL, &buffer, NULL, &t->error));
    CHECK(buffer->size == 6 && memcmp(buffer->data, "second", 6) == 0);
    coffer_buffer_free(buffer);

    OK(coffer_store_delete(t->store, key, NULL, &t->error));

    /* A condition is checked at the end. */
    if (can(t, COFFER_CAN_CREATE_ONLY)) {
        options.create_only = 1;
        OK(coffer_writer_open(t->store, key, &options, &writer, &t->error));
        OK(coffer_writer_open(t->store, key, &options, &other, &t->error));
        OK(coffer_writer_write(writer, "third", 5, &t->error));
        OK(coffer_writer_write(other, "fourth", 6, &t->error));
        OK(coffer_writer_finish(writer, NULL, &t->error));
        FAILS(COFFER_ALREADY_EXISTS, coffer_writer_finish(other, NULL, &t->error));
        coffer_writer_free(writer);
        coffer_writer_free(other);
        OK(coffer_store_get(t->store, key, NULL, &buffer, NULL, &t->error));
        CHECK(buffer->size == 5 && memcmp(buffer->data, "third", 5) == 0);
        coffer_buffer_free(buffer);
        OK(coffer_store_delete(t->store, key, NULL, &t->error));
    }

    /* Nothing is left of any of that. */
    coffer_list_options list = COFFER_LIST_OPTIONS_INIT;
    coffer_list_page *page = NULL;
    list.prefix = key;
    OK(coffer_store_list_page(t->store, &list, &page, &t->error));
    CHECK_NUMBER(page->entry_count, 0);
    coffer_list_page_free(page);
}

STORE_TEST(readers_may_stop_early)
{
    const char *key = harness_key("early");
    unsigned char *data = calloc(1, 4 << 20);
    OK(coffer_store_put(t->store, key, data, 4 << 20, NULL, NULL, &t->error));
    for (int i = 0; i < 5; i++) {
        coffer_reader *reader = NULL;
        size_t count = 0;
        OK(coffer_reader_open(t->store, key, NULL, &reader, &t->error));
        if (i > 0) OK(coffer_reader_read(reader, data, (size_t)i * 1000, &count, &t->error));
        coffer_reader_free(reader);
    }
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
    free(data);
}
