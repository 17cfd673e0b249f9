/* Whole objects: put, get, stat, exists, delete, copy, move, metadata, conditions, ranges. */
#include "harness.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

STORE_TEST(checksums_are_compared_or_refused)
{
    coffer_write_options write = COFFER_WRITE_OPTIONS_INIT;
    coffer_read_options read = COFFER_READ_OPTIONS_INIT;
    coffer_info *info = NULL;
    coffer_buffer *buffer = NULL;
    const char *key = harness_key("checksum");
    int64_t can = 0;
    OK(coffer_store_capability(t->store, COFFER_CAN_CHECKSUMS, &can, &t->error));
    write.checksum_algorithm = "crc32c";
    read.verification = COFFER_VERIFY_REQUIRED;
    if (!can) {
        FAILS(COFFER_UNSUPPORTED, coffer_store_put(t->store, key, "hello", 5, &write, NULL, &t->error));
        FAILS(COFFER_UNSUPPORTED, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    } else {
        OK(coffer_store_put(t->store, key, "hello", 5, &write, &info, &t->error));
        CHECK_TEXT(info->checksum_algorithm, "crc32c");
        CHECK_TEXT(info->checksum, "mnG7TA==");
        coffer_info_free(info);
        OK(coffer_store_stat(t->store, key, NULL, &info, &t->error));
        /* Some services compare checksums and do not keep them. */
        if (info->checksum != NULL) {
            CHECK_TEXT(info->checksum, "mnG7TA==");
            OK(coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
            coffer_buffer_free(buffer);
        } else {
            FAILS(COFFER_UNSUPPORTED, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
        }
        coffer_info_free(info);
        write.checksum = "AAAAAA==";
        FAILS(COFFER_CHECKSUM_MISMATCH, coffer_store_put(t->store, key, "hello", 5, &write, NULL, &t->error));
    }
    write.checksum = "too short";
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "hello", 5, &write, NULL, &t->error));
    write.checksum_algorithm = NULL;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "hello", 5, &write, NULL, &t->error));
    write.checksum_algorithm = "md4";
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "hello", 5, &write, NULL, &t->error));
    read.verification = COFFER_VERIFY_OFF;
    OK(coffer_store_put(t->store, key, "hello", 5, NULL, NULL, &t->error));
    OK(coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    coffer_buffer_free(buffer);
}

STORE_TEST(objects_come_back)
{
    const size_t sizes[] = {0, 1, 5, 4096, 70000, 1 << 20};
    unsigned char *data = malloc(1 << 20);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const char *key = harness_key("object");
        size_t size = sizes[i];
        coffer_buffer *buffer = NULL;
        coffer_info *stored = NULL, *read = NULL, *stat = NULL;
        bool exists = false;
        fill_pattern(data, size, i);
        OK(coffer_store_put(t->store, key, data, size, NULL, &stored, &t->error));
        CHECK(stored->struct_size == sizeof(coffer_info));
        CHECK_TEXT(stored->key, key);
        CHECK_NUMBER(stored->size, size);
        CHECK(stored->etag != NULL && stored->etag[0] != '"');
        /* The memory is the caller's again. */
        memset(data, 0, size);
        OK(coffer_store_get(t->store, key, NULL, &buffer, &read, &t->error));
        CHECK(buffer->struct_size == sizeof(coffer_buffer) && buffer->data != NULL);
        CHECK_NUMBER(buffer->size, size);
        CHECK(is_pattern(buffer->data, size, i));
        CHECK_TEXT(read->etag, stored->etag);
        OK(coffer_store_stat(t->store, key, NULL, &stat, &t->error));
        CHECK_NUMBER(stat->size, size);
        CHECK_TEXT(stat->etag, stored->etag);
        CHECK(stat->has_last_modified && labs((long)(stat->last_modified - time(NULL))) < 600);
        CHECK(stat->last_modified_ns >= 0 && stat->last_modified_ns < 1000000000);
        OK(coffer_store_exists(t->store, key, &exists, &t->error));
        CHECK(exists);
        OK(coffer_store_delete(t->store, key, NULL, &t->error));
        OK(coffer_store_exists(t->store, key, &exists, &t->error));
        CHECK(!exists);
        /* What was lent is kept after the object is gone. */
        CHECK(is_pattern(buffer->data, size, i));
        coffer_buffer_free(buffer);
        coffer_info_free(stored);
        coffer_info_free(read);
        coffer_info_free(stat);
    }
    free(data);
}

STORE_TEST(missing_objects_say_so)
{
    const char *key = harness_key("missing");
    coffer_buffer *buffer = NULL;
    coffer_info *info = NULL;
    coffer_reader *reader = NULL;
    coffer_error *error = NULL;
    char memory[4];
    size_t size;
    FAILS(COFFER_NOT_FOUND, coffer_store_get(t->store, key, NULL, &buffer, &info, &t->error));
    CHECK(buffer == NULL && info == NULL);
    FAILS(COFFER_NOT_FOUND, coffer_store_get_into(t->store, key, NULL, memory, 4, &size, NULL, &t->error));
    FAILS(COFFER_NOT_FOUND, coffer_store_stat(t->store, key, NULL, &info, &t->error));
    FAILS(COFFER_NOT_FOUND, coffer_reader_open(t->store, key, NULL, &reader, &t->error));
    FAILS(COFFER_NOT_FOUND, coffer_store_copy(t->store, key, harness_key("copy"), NULL, &info, &t->error));
    FAILS(COFFER_NOT_FOUND, coffer_store_move(t->store, key, harness_key("moved"), NULL, &info, &t->error));
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
    CHECK(coffer_store_stat(t->store, key, NULL, &info, &error) == COFFER_NOT_FOUND);
    CHECK_TEXT(error->key, key);
    CHECK_TEXT(error->driver, t->driver);
    CHECK_TEXT(error->operation, "stat");
    CHECK(!error->is_retryable);
    coffer_error_free(error);
}

STORE_TEST(keys_are_kept_as_given)
{
    const char *names[] = {
        "with space", "%41%2F+&=?#", "\xc3\xa9 and e\xcc\x81", "\xf0\x9f\x98\x80", "a//b", "end/", "~!@$^*(){}[]|<>\"'`,;:", "back\\slash",
        ".hidden", "..dots", "UPPER and lower"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *key = harness_key(names[i]);
        coffer_info *info = NULL;
        coffer_list_options options = COFFER_LIST_OPTIONS_INIT;
        coffer_list_page *page = NULL;
        OK(coffer_store_put(t->store, key, names[i], strlen(names[i]), NULL, NULL, &t->error));
        OK(coffer_store_stat(t->store, key, NULL, &info, &t->error));
        CHECK_TEXT(info->key, key);
        CHECK_NUMBER(info->size, strlen(names[i]));
        options.prefix = key;
        OK(coffer_store_list_page(t->store, &options, &page, &t->error));
        CHECK_NUMBER(page->entry_count, 1);
        CHECK_TEXT(page->entries[0]->name, key);
        coffer_list_page_free(page);
        coffer_info_free(info);
        OK(coffer_store_delete(t->store, key, NULL, &t->error));
    }
}

STORE_TEST(metadata_is_kept_and_replaced)
{
    const char *key = harness_key("metadata"), *copy = harness_key("metadata-copy");
    coffer_pair pairs[] = {{"Colour", "green"}, {"answer", "42"}};
    coffer_metadata metadata = COFFER_METADATA_INIT, other = COFFER_METADATA_INIT;
    coffer_write_options write = COFFER_WRITE_OPTIONS_INIT;
    coffer_copy_options options = COFFER_COPY_OPTIONS_INIT;
    coffer_info *info = NULL;
    metadata.content_type = "text/x-test; charset=utf-8";
    metadata.content_disposition = "attachment; filename=\"a.txt\"";
    metadata.content_language = "en";
    metadata.cache_control = "max-age=60";
    metadata.user = pairs;
    metadata.user_count = 2;
    write.metadata = &metadata;
    if (!can(t, COFFER_CAN_CONTENT_HEADERS)) {
        FAILS(COFFER_UNSUPPORTED, coffer_store_put(t->store, key, "x", 1, &write, NULL, &t->error));
        t->skipped = true;
        return;
    }
    OK(coffer_store_put(t->store, key, "x", 1, &write, NULL, &t->error));
    OK(coffer_store_copy(t->store, key, copy, NULL, NULL, &t->error));
    for (int i = 0; i < 2; i++) {
        OK(coffer_store_stat(t->store, i ? copy : key, NULL, &info, &t->error));
        CHECK(info->metadata->struct_size == sizeof(coffer_metadata));
        CHECK_TEXT(info->metadata->content_type, "text/x-test; charset=utf-8");
        CHECK_TEXT(info->metadata->content_disposition, "attachment; filename=\"a.txt\"");
        CHECK_TEXT(info->metadata->content_language, "en");
        CHECK_TEXT(info->metadata->cache_control, "max-age=60");
        CHECK(info->metadata->content_encoding == NULL);
        CHECK_NUMBER(info->metadata->user_count, 2);
        CHECK_TEXT(info->metadata->user[0].name, "answer");
        CHECK_TEXT(info->metadata->user[0].value, "42");
        CHECK_TEXT(info->metadata->user[1].name, "colour");
        CHECK_TEXT(info->metadata->user[1].value, "green");
        coffer_info_free(info);
    }
    other.content_type = "text/other";
    options.metadata = &other;
    OK(coffer_store_copy(t->store, key, key, &options, NULL, &t->error));
    OK(coffer_store_stat(t->store, key, NULL, &info, &t->error));
    CHECK_TEXT(info->metadata->content_type, "text/other");
    CHECK_NUMBER(info->metadata->user_count, 0);
    CHECK_NUMBER(info->size, 1);
    coffer_info_free(info);
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
    OK(coffer_store_delete(t->store, copy, NULL, &t->error));
}

STORE_TEST(ranges_are_exact)
{
    const struct { int32_t range; int64_t offset, length; coffer_status status; const char *text; } cases[] = {
        {COFFER_RANGE_BOUNDED, 0, 4, COFFER_OK, "0123"}, {COFFER_RANGE_BOUNDED, 8, 100, COFFER_OK, "89"},
        {COFFER_RANGE_BOUNDED, 3, 0, COFFER_OK, ""}, {COFFER_RANGE_FROM, 7, 0, COFFER_OK, "789"},
        {COFFER_RANGE_SUFFIX, 0, 3, COFFER_OK, "789"}, {COFFER_RANGE_SUFFIX, 0, 100, COFFER_OK, "0123456789"},
        {COFFER_RANGE_BOUNDED, 2, INT64_MAX, COFFER_OK, "23456789"},
        {COFFER_RANGE_FROM, 10, 0, COFFER_RANGE_NOT_SATISFIABLE, NULL},
        {COFFER_RANGE_BOUNDED, 50, 1, COFFER_RANGE_NOT_SATISFIABLE, NULL}};
    const char *key = harness_key("ranges");
    OK(coffer_store_put(t->store, key, "0123456789", 10, NULL, NULL, &t->error));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        coffer_read_options options = COFFER_READ_OPTIONS_INIT;
        coffer_buffer *buffer = NULL;
        coffer_info *info = NULL;
        char memory[16] = {0};
        size_t size = 0;
        options.range = cases[i].range;
        options.offset = cases[i].offset;
        options.length = cases[i].length;
        FAILS(cases[i].status, coffer_store_get_into(t->store, key, &options, memory, 15, &size, NULL, &t->error));
        FAILS(cases[i].status, coffer_store_get(t->store, key, &options, &buffer, &info, &t->error));
        if (cases[i].status == COFFER_OK) {
            CHECK_TEXT(memory, cases[i].text);
            CHECK_NUMBER(size, strlen(cases[i].text));
            CHECK_NUMBER(buffer->size, strlen(cases[i].text));
            CHECK(memcmp(buffer->data, cases[i].text, buffer->size) == 0);
            CHECK_NUMBER(info->size, 10);
        }
        coffer_buffer_free(buffer);
        coffer_info_free(info);
    }
    char small[4];
    size_t size = 1;
    FAILS(COFFER_TOO_LARGE, coffer_store_get_into(t->store, key, NULL, small, 4, &size, NULL, &t->error));
    CHECK_NUMBER(size, 0);
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
}

STORE_TEST(conditions_hold)
{
    const char *key = harness_key("conditions"), *copy = harness_key("conditions-copy");
    coffer_info *first = NULL, *second = NULL;
    coffer_buffer *buffer = NULL;
    coffer_read_options read = COFFER_READ_OPTIONS_INIT;
    coffer_write_options create = COFFER_WRITE_OPTIONS_INIT, swap = COFFER_WRITE_OPTIONS_INIT;
    coffer_delete_options erase = COFFER_DELETE_OPTIONS_INIT;
    coffer_copy_options copying = COFFER_COPY_OPTIONS_INIT;
    OK(coffer_store_put(t->store, key, "one", 3, NULL, &first, &t->error));

    read.if_match = first->etag;
    OK(coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    coffer_buffer_free(buffer);
    read.if_match = "0123456789abcdef0123456789abcdef";
    FAILS(COFFER_PRECONDITION_FAILED, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    read.if_match = NULL;
    read.if_none_match = first->etag;
    FAILS(COFFER_NOT_MODIFIED, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    read.if_none_match = NULL;
    if (can(t, COFFER_CAN_READ_IF_MODIFIED)) {
        read.if_modified_since = time(NULL) - 10000;
        OK(coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
        coffer_buffer_free(buffer);
        read.if_modified_since = 0;
        read.if_unmodified_since = time(NULL) - 10000;
        FAILS(COFFER_PRECONDITION_FAILED, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
        read.if_unmodified_since = 0;
    }

    create.create_only = 1;
    FAILS(can(t, COFFER_CAN_CREATE_ONLY) ? COFFER_ALREADY_EXISTS : COFFER_UNSUPPORTED,
          coffer_store_put(t->store, key, "two", 3, &create, NULL, &t->error));
    swap.if_match = first->etag;
    if (can(t, COFFER_CAN_COMPARE_AND_SWAP)) {
        OK(coffer_store_put(t->store, key, "second", 6, &swap, &second, &t->error));
        FAILS(COFFER_PRECONDITION_FAILED, coffer_store_put(t->store, key, "third", 5, &swap, NULL, &t->error));
    } else {
        FAILS(COFFER_UNSUPPORTED, coffer_store_put(t->store, key, "second", 6, &swap, NULL, &t->error));
        OK(coffer_store_put(t->store, key, "second", 6, NULL, &second, &t->error));
    }
    CHECK(strcmp(first->etag, second->etag) != 0);

    copying.if_source_match = first->etag;
    FAILS(COFFER_PRECONDITION_FAILED, coffer_store_copy(t->store, key, copy, &copying, NULL, &t->error));
    copying.if_source_match = second->etag;
    OK(coffer_store_copy(t->store, key, copy, &copying, NULL, &t->error));
    copying.if_source_match = NULL;
    copying.create_only = 1;
    FAILS(can(t, COFFER_CAN_CREATE_ONLY) ? COFFER_ALREADY_EXISTS : COFFER_UNSUPPORTED,
          coffer_store_copy(t->store, key, copy, &copying, NULL, &t->error));

    erase.if_match = first->etag;
    if (can(t, COFFER_CAN_DELETE_IF_MATCH)) {
        FAILS(COFFER_PRECONDITION_FAILED, coffer_store_delete(t->store, key, &erase, &t->error));
        erase.if_match = second->etag;
        OK(coffer_store_delete(t->store, key, &erase, &t->error));
    } else {
        FAILS(COFFER_UNSUPPORTED, coffer_store_delete(t->store, key, &erase, &t->error));
        OK(coffer_store_delete(t->store, key, NULL, &t->error));
    }
    OK(coffer_store_delete(t->store, copy, NULL, &t->error));
    coffer_info_free(first);
    coffer_info_free(second);
}

STORE_TEST(objects_are_copied_and_moved)
{
    const char *a = harness_key("copy/a"), *b = harness_key("copy/b"), *c = harness_key("copy/c");
    coffer_store *memory = NULL;
    coffer_info *info = NULL;
    coffer_buffer *buffer = NULL;
    bool exists = true;
    OK(coffer_store_put(t->store, a, "original", 8, NULL, NULL, &t->error));
    OK(coffer_store_copy(t->store, a, b, NULL, &info, &t->error));
    CHECK_TEXT(info->key, b);
    CHECK_NUMBER(info->size, 8);
    coffer_info_free(info);
    OK(coffer_store_move(t->store, b, c, NULL, &info, &t->error));
    CHECK_TEXT(info->key, c);
    coffer_info_free(info);
    OK(coffer_store_exists(t->store, b, &exists, &t->error));
    CHECK(!exists);
    OK(coffer_store_open("memory://", NULL, &memory, &t->error));
    OK(coffer_store_copy_to(t->store, c, memory, "elsewhere", NULL, &info, &t->error));
    CHECK_TEXT(info->key, "elsewhere");
    coffer_info_free(info);
    OK(coffer_store_copy_to(memory, "elsewhere", t->store, b, NULL, NULL, &t->error));
    OK(coffer_store_get(t->store, b, NULL, &buffer, NULL, &t->error));
    CHECK(buffer->size == 8 && memcmp(buffer->data, "original", 8) == 0);
    coffer_buffer_free(buffer);
    coffer_store_free(memory);
    const char *keys[] = {a, b, c};
    coffer_outcomes *outcomes = NULL;
    OK(coffer_store_delete_many(t->store, keys, 3, &outcomes, &t->error));
    CHECK(outcomes->struct_size == sizeof(coffer_outcomes));
    CHECK(outcomes->outcome_count == 3 && outcomes->failure_count == 0);
    for (size_t i = 0; i < 3; i++) {
        CHECK(outcomes->outcomes[i]->struct_size == sizeof(coffer_outcome));
        CHECK_TEXT(outcomes->outcomes[i]->key, keys[i]);
        CHECK(outcomes->outcomes[i]->error == NULL);
    }
    coffer_outcomes_free(outcomes);
    coffer_outcomes_free(NULL);
    OK(coffer_store_delete_many(t->store, NULL, 0, &outcomes, &t->error));
    CHECK_NUMBER(outcomes->outcome_count, 0);
    coffer_outcomes_free(outcomes);
}

STORE_TEST(files_are_stored)
{
    const char *key = harness_key("file");
    char path[5000];
    unsigned char *data = malloc(300000);
    coffer_buffer *buffer = NULL;
    coffer_info *info = NULL;
    snprintf(path, sizeof path, "%s/coffer-c-test-%ld", harness_directory(), (long)getpid());
    fill_pattern(data, 300000, 0);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(data, 1, 300000, file) == 300000 && fclose(file) == 0);
    OK(coffer_store_put_file(t->store, key, path, NULL, &info, &t->error));
    CHECK_NUMBER(info->size, 300000);
    OK(coffer_store_get(t->store, key, NULL, &buffer, NULL, &t->error));
    CHECK(buffer->size == 300000 && is_pattern(buffer->data, buffer->size, 0));
    coffer_buffer_free(buffer);
    coffer_info_free(info);
    remove(path);
    FAILS(COFFER_NOT_FOUND, coffer_store_put_file(t->store, key, path, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put_file(t->store, key, harness_directory(), NULL, NULL, &t->error));
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
    free(data);
}

static void remember(int64_t bytes, void *context) { *(int64_t *)context = bytes; }

STORE_TEST(progress_is_told)
{
    const char *key = harness_key("progress");
    coffer_write_options options = COFFER_WRITE_OPTIONS_INIT;
    int64_t seen = -1;
    char data[1000] = {0};
    options.progress = remember;
    options.progress_context = &seen;
    OK(coffer_store_put(t->store, key, data, sizeof data, &options, NULL, &t->error));
    CHECK_NUMBER(seen, 1000);
    coffer_writer *writer = NULL;
    OK(coffer_writer_open(t->store, key, &options, &writer, &t->error));
    OK(coffer_writer_write(writer, data, 400, &t->error));
    OK(coffer_writer_finish(writer, NULL, &t->error));
    /* What is stored is told: of what waits in memory, nothing is. */
    CHECK_NUMBER(seen, 400);
    coffer_writer_free(writer);
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
}

STORE_TEST(requests_are_presigned)
{
    const char *key = harness_key("presigned");
    coffer_presign_options options = COFFER_PRESIGN_OPTIONS_INIT;
    coffer_presigned *presigned = NULL;
    coffer_pair header = {"content-type", "text/plain"};
    if (!can(t, COFFER_CAN_PRESIGN)) {
        FAILS(COFFER_UNSUPPORTED, coffer_store_presign(t->store, key, NULL, &presigned, &t->error));
        t->skipped = true;
        return;
    }
    OK(coffer_store_presign(t->store, key, NULL, &presigned, &t->error));
    CHECK(presigned->struct_size == sizeof(coffer_presigned));
    CHECK_TEXT(presigned->method, "GET");
    CHECK(strstr(presigned->url, "X-Amz-Signature=") != NULL);
    CHECK(presigned->expires > time(NULL) && presigned->expires < time(NULL) + 1000);
    coffer_presigned_free(presigned);
    coffer_presigned_free(NULL);
    options.method = COFFER_PRESIGN_PUT;
    options.expires_in = 60;
    options.headers = &header;
    options.header_count = 1;
    OK(coffer_store_presign(t->store, key, &options, &presigned, &t->error));
    CHECK_TEXT(presigned->method, "PUT");
    bool found = false;
    for (size_t i = 0; i < presigned->header_count; i++) found |= strcmp(presigned->headers[i].value, "text/plain") == 0;
    CHECK(found);
    /* A plain HTTP client can use it. */
    char command[8192];
    snprintf(command, sizeof command, "curl -sS -k -f -o /dev/null -X PUT --data-binary hello -H 'content-type: text/plain' '%s'", presigned->url);
    CHECK_NUMBER(system(command), 0);
    coffer_presigned_free(presigned);
    coffer_info *info = NULL;
    OK(coffer_store_stat(t->store, key, NULL, &info, &t->error));
    CHECK_NUMBER(info->size, 5);
    CHECK_TEXT(info->metadata->content_type, "text/plain");
    coffer_info_free(info);
    options.expires_in = 8 * 24 * 3600;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_presign(t->store, key, &options, &presigned, &t->error));
    options.expires_in = -1;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_presign(t->store, key, &options, &presigned, &t->error));
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
}
