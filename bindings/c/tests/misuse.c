/* What a program does wrong gives an error and harms nothing: NULL, freed and foreign handles, texts, sizes. */
#include "harness.h"

#define BAD_TEXT "caf\xe9"

/* Every call that takes a store, on something that is none. */
static void check_store_calls(struct test *t, coffer_store *store, coffer_status wanted, coffer_store *good)
{
    coffer_buffer *buffer = NULL;
    coffer_info *info = NULL;
    coffer_outcomes *outcomes = NULL;
    coffer_presigned *presigned = NULL;
    coffer_list_page *page = NULL;
    coffer_reader *reader = NULL;
    coffer_writer *writer = NULL;
    coffer_lister *lister = NULL;
    const char *keys[] = {"a"};
    char memory[8];
    size_t size = 1;
    int64_t value = 1;
    bool exists = true;

    FAILS(wanted, coffer_store_put(store, "a", "b", 1, NULL, &info, &t->error));
    FAILS(wanted, coffer_store_put_file(store, "a", "/etc/passwd", NULL, &info, &t->error));
    FAILS(wanted, coffer_store_get(store, "a", NULL, &buffer, &info, &t->error));
    FAILS(wanted, coffer_store_get_into(store, "a", NULL, memory, sizeof memory, &size, &info, &t->error));
    CHECK(size == 0);
    FAILS(wanted, coffer_store_stat(store, "a", NULL, &info, &t->error));
    FAILS(wanted, coffer_store_exists(store, "a", &exists, &t->error));
    CHECK(!exists);
    FAILS(wanted, coffer_store_delete(store, "a", NULL, &t->error));
    FAILS(wanted, coffer_store_delete_many(store, keys, 1, &outcomes, &t->error));
    FAILS(wanted, coffer_store_copy(store, "a", "b", NULL, &info, &t->error));
    FAILS(wanted, coffer_store_copy_to(store, "a", good, "b", NULL, &info, &t->error));
    FAILS(wanted, coffer_store_copy_to(good, "a", store, "b", NULL, &info, &t->error));
    FAILS(wanted, coffer_store_move(store, "a", "b", NULL, &info, &t->error));
    FAILS(wanted, coffer_store_presign(store, "a", NULL, &presigned, &t->error));
    FAILS(wanted, coffer_store_list_page(store, NULL, &page, &t->error));
    FAILS(wanted, coffer_store_capability(store, COFFER_CAN_COPY, &value, &t->error));
    FAILS(wanted, coffer_store_close(store, &t->error));
    FAILS(wanted, coffer_reader_open(store, "a", NULL, &reader, &t->error));
    FAILS(wanted, coffer_writer_open(store, "a", NULL, &writer, &t->error));
    FAILS(wanted, coffer_lister_open(store, NULL, &lister, &t->error));
    CHECK(coffer_store_driver(store) == NULL);
    CHECK(!buffer && !info && !outcomes && !presigned && !page && !reader && !writer && !lister);
    coffer_store_free(store);
}

static void check_stream_calls(
    struct test *t, coffer_reader *reader, coffer_writer *writer, coffer_lister *lister, coffer_status wanted)
{
    coffer_buffer *buffer = NULL;
    coffer_info *info = NULL;
    const coffer_info *lent = NULL;
    const coffer_list_entry *entry = NULL;
    char memory[8];
    size_t size = 1;
    int64_t start = 1, end = 1;

    FAILS(wanted, coffer_reader_read(reader, memory, sizeof memory, &size, &t->error));
    CHECK(size == 0);
    FAILS(wanted, coffer_reader_next(reader, &buffer, &t->error));
    FAILS(wanted, coffer_reader_info(reader, &lent, &t->error));
    FAILS(wanted, coffer_reader_range(reader, &start, &end, &t->error));
    CHECK(start == 0 && end == 0);
    FAILS(wanted, coffer_writer_write(writer, "x", 1, &t->error));
    FAILS(wanted, coffer_writer_finish(writer, &info, &t->error));
    FAILS(wanted, coffer_writer_abort(writer, &t->error));
    FAILS(wanted, coffer_lister_next(lister, &entry, &t->error));
    CHECK(!buffer && !info && !lent && !entry);
    coffer_reader_free(reader);
    coffer_writer_free(writer);
    coffer_lister_free(lister);
}

STORE_TEST(null_handles_are_errors)
{
    check_store_calls(t, NULL, COFFER_INVALID_ARGUMENT, t->store);
    check_stream_calls(t, NULL, NULL, NULL, COFFER_INVALID_ARGUMENT);
}

STORE_TEST(foreign_pointers_are_errors)
{
    char memory[64] = {0};
    void *foreign[] = {memory, t, (void *)(uintptr_t)1, (void *)(uintptr_t)16, (void *)(uintptr_t)-1,
                       (void *)(uintptr_t)0x0000000111111110, (void *)((uintptr_t)t->store + ((uintptr_t)1 << 32))};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        check_store_calls(t, foreign[i], COFFER_INVALID_ARGUMENT, t->store);
        check_stream_calls(t, foreign[i], foreign[i], foreign[i], COFFER_INVALID_ARGUMENT);
    }
    /* A handle of another kind. */
    check_stream_calls(t, (void *)t->store, (void *)t->store, (void *)t->store, COFFER_INVALID_ARGUMENT);
    coffer_lister *lister = NULL;
    OK(coffer_lister_open(t->store, NULL, &lister, &t->error));
    check_store_calls(t, (void *)lister, COFFER_INVALID_ARGUMENT, t->store);
    check_stream_calls(t, (void *)lister, (void *)lister, NULL, COFFER_INVALID_ARGUMENT);
    coffer_lister_free(lister);
}

STORE_TEST(freed_handles_are_errors)
{
    coffer_store *store = harness_open(t);
    coffer_reader *reader = NULL;
    coffer_writer *writer = NULL, *newer = NULL;
    coffer_lister *lister = NULL;
    const char *key = harness_key("freed");
    OK(coffer_store_put(store, key, "x", 1, NULL, NULL, &t->error));
    OK(coffer_reader_open(store, key, NULL, &reader, &t->error));
    OK(coffer_writer_open(store, key, NULL, &writer, &t->error));
    OK(coffer_lister_open(store, NULL, &lister, &t->error));
    coffer_reader_free(reader);
    coffer_writer_free(writer);
    coffer_lister_free(lister);
    coffer_store_free(store);
    check_store_calls(t, store, COFFER_CLOSED, t->store);
    check_stream_calls(t, reader, writer, lister, COFFER_CLOSED);
    /* Freeing the old handle again does not free what has taken its place. */
    OK(coffer_writer_open(t->store, key, NULL, &newer, &t->error));
    CHECK(newer != writer);
    coffer_writer_free(writer);
    OK(coffer_writer_abort(newer, &t->error));
    coffer_writer_free(newer);
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
}

STORE_TEST(results_must_have_a_place)
{
    const char *keys[] = {"a"};
    char memory[8];
    size_t size;
    coffer_reader *reader = NULL;
    coffer_writer *writer = NULL;
    coffer_lister *lister = NULL;
    const char *key = harness_key("places");
    OK(coffer_store_put(t->store, key, "x", 1, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get(t->store, key, NULL, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get_into(t->store, key, NULL, memory, 8, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get_into(t->store, key, NULL, NULL, 8, &size, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_stat(t->store, key, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_exists(t->store, key, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_delete_many(t->store, keys, 1, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_presign(t->store, key, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_list_page(t->store, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_reader_open(t->store, key, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_writer_open(t->store, key, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_lister_open(t->store, NULL, NULL, &t->error));
    OK(coffer_reader_open(t->store, key, NULL, &reader, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_reader_read(reader, memory, 8, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_reader_read(reader, NULL, 8, &size, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_reader_read(reader, memory, 0, &size, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_reader_next(reader, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_reader_info(reader, NULL, &t->error));
    OK(coffer_reader_range(reader, NULL, NULL, &t->error));
    /* None of that has hurt the reader. */
    OK(coffer_reader_read(reader, memory, 8, &size, &t->error));
    CHECK(size == 1 && memory[0] == 'x');
    OK(coffer_lister_open(t->store, NULL, &lister, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_lister_next(lister, NULL, &t->error));
    OK(coffer_writer_open(t->store, key, NULL, &writer, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_writer_write(writer, NULL, 1, &t->error));
    OK(coffer_writer_write(writer, NULL, 0, &t->error));
    coffer_reader_free(reader);
    coffer_lister_free(lister);
    coffer_writer_free(writer);
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
}

STORE_TEST(keys_are_checked)
{
    const char *bad[] = {"", ".", "a/../b", "./a", "a/..", BAD_TEXT, "\xed\xa0\x80", "\xf8\x88\x80\x80\x80"};
    char longer[1026];
    coffer_buffer *buffer = NULL;
    coffer_info *info = NULL;
    coffer_outcomes *outcomes = NULL;
    coffer_reader *reader = NULL;
    coffer_writer *writer = NULL;
    bool exists;
    const char *keys[2] = {NULL, "b"};
    memset(longer, 'k', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    for (size_t i = 0; i <= sizeof bad / sizeof bad[0]; i++) {
        const char *key = i < sizeof bad / sizeof bad[0] ? bad[i] : longer;
        FAILS(COFFER_INVALID_KEY, coffer_store_put(t->store, key, "x", 1, NULL, NULL, &t->error));
        FAILS(COFFER_INVALID_KEY, coffer_store_get(t->store, key, NULL, &buffer, NULL, &t->error));
        FAILS(COFFER_INVALID_KEY, coffer_store_stat(t->store, key, NULL, &info, &t->error));
        FAILS(COFFER_INVALID_KEY, coffer_store_exists(t->store, key, &exists, &t->error));
        FAILS(COFFER_INVALID_KEY, coffer_store_delete(t->store, key, NULL, &t->error));
        FAILS(COFFER_INVALID_KEY, coffer_store_copy(t->store, key, "b", NULL, NULL, &t->error));
        FAILS(COFFER_INVALID_KEY, coffer_store_move(t->store, key, "b", NULL, NULL, &t->error));
        FAILS(COFFER_INVALID_KEY, coffer_reader_open(t->store, key, NULL, &reader, &t->error));
        FAILS(COFFER_INVALID_KEY, coffer_writer_open(t->store, key, NULL, &writer, &t->error));
    }
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, NULL, "x", 1, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, "a", NULL, 1, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, "a", "x", (size_t)-1, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get(t->store, NULL, NULL, &buffer, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_copy(t->store, "a", NULL, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_delete_many(t->store, keys, 2, &outcomes, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_delete_many(t->store, NULL, 2, &outcomes, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put_file(t->store, "a", NULL, NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put_file(t->store, "a", BAD_TEXT, NULL, NULL, &t->error));
    /* A key that is UTF-8 only from outside is refused as a key, one that is too long or has dots as an outcome. */
    keys[0] = BAD_TEXT;
    FAILS(COFFER_INVALID_KEY, coffer_store_delete_many(t->store, keys, 2, &outcomes, &t->error));
    keys[0] = "a/../b";
    keys[1] = harness_key("never-written");
    OK(coffer_store_delete_many(t->store, keys, 2, &outcomes, &t->error));
    CHECK(outcomes->outcome_count == 2 && outcomes->failure_count == 1);
    CHECK(outcomes->outcomes[0]->error->code == COFFER_INVALID_KEY);
    CHECK_TEXT(outcomes->outcomes[0]->key, "a/../b");
    CHECK(outcomes->outcomes[1]->error == NULL);
    coffer_outcomes_free(outcomes);
}

STORE_TEST(option_structs_are_checked)
{
    struct { coffer_read_options known; char added[16]; } newer = {COFFER_READ_OPTIONS_INIT, {0}};
    coffer_read_options read = COFFER_READ_OPTIONS_INIT;
    coffer_write_options write = COFFER_WRITE_OPTIONS_INIT;
    coffer_copy_options copy = COFFER_COPY_OPTIONS_INIT;
    coffer_list_options list = COFFER_LIST_OPTIONS_INIT;
    coffer_presign_options presign = COFFER_PRESIGN_OPTIONS_INIT;
    coffer_metadata metadata = COFFER_METADATA_INIT;
    coffer_pair pairs[] = {{"a b", "x"}, {"Name", "1"}, {"name", "2"}};
    coffer_buffer *buffer = NULL;
    coffer_info *info = NULL;
    coffer_list_page *page = NULL;
    coffer_presigned *presigned = NULL;
    const char *key = harness_key("options");
    size_t sizes[] = {0, 1, sizeof(coffer_read_options) - 1, (size_t)-1, 1 << 20};
    OK(coffer_store_put(t->store, key, "hello", 5, NULL, NULL, &t->error));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        read.struct_size = sizes[i];
        FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    }
    /* A program that was compiled with a later header: unknown fields must not be set. */
    newer.known.struct_size = sizeof newer;
    OK(coffer_store_get(t->store, key, &newer.known, &buffer, NULL, &t->error));
    coffer_buffer_free(buffer);
    newer.added[15] = 1;
    FAILS(COFFER_UNSUPPORTED, coffer_store_get(t->store, key, &newer.known, &buffer, NULL, &t->error));
    /* One that was compiled with the first header: what lies behind its struct is not looked at. */
    read = (coffer_read_options)COFFER_READ_OPTIONS_INIT;
    read.struct_size = offsetof(coffer_read_options, verification);
    read.verification = 77;
    OK(coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    coffer_buffer_free(buffer);
    read.struct_size = sizeof read;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));

    read = (coffer_read_options)COFFER_READ_OPTIONS_INIT;
    read.range = 4;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    read.range = COFFER_RANGE_BOUNDED;
    read.offset = -1;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    read.offset = 0;
    read.length = -1;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    read.range = COFFER_RANGE_ALL;
    read.length = 3;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));
    read.range = COFFER_RANGE_SUFFIX;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_stat(t->store, key, &read, &info, &t->error));
    read = (coffer_read_options)COFFER_READ_OPTIONS_INIT;
    read.if_match = BAD_TEXT;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_get(t->store, key, &read, &buffer, NULL, &t->error));

    write.part_size = -1;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "x", 1, &write, NULL, &t->error));
    write.part_size = 0;
    write.create_only = 1;
    write.if_match = "x";
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "x", 1, &write, NULL, &t->error));
    write = (coffer_write_options)COFFER_WRITE_OPTIONS_INIT;
    write.metadata = &metadata;
    metadata.struct_size = 3;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "x", 1, &write, NULL, &t->error));
    metadata.struct_size = sizeof metadata;
    metadata.content_type = "text/\nplain";
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "x", 1, &write, NULL, &t->error));
    metadata.content_type = NULL;
    metadata.user_count = 1;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "x", 1, &write, NULL, &t->error));
    metadata.user = pairs;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "x", 1, &write, NULL, &t->error));
    metadata.user = pairs + 1;
    metadata.user_count = 2;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_put(t->store, key, "x", 1, &write, NULL, &t->error));

    copy.struct_size = 8;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_copy(t->store, key, "b", &copy, NULL, &t->error));
    list.limit = -1;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_list_page(t->store, &list, &page, &t->error));
    list.limit = 0;
    list.delimiter = "";
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_list_page(t->store, &list, &page, &t->error));
    list.delimiter = NULL;
    list.page_token = "no token of ours";
    /* What a token looks like is up to the service. */
    if (strcmp(t->driver, "s3") != 0)
        FAILS(COFFER_INVALID_ARGUMENT, coffer_store_list_page(t->store, &list, &page, &t->error));
    presign.method = 9;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_presign(t->store, key, &presign, &presigned, &t->error));
    /* The object is still what it was. */
    OK(coffer_store_get(t->store, key, NULL, &buffer, NULL, &t->error));
    CHECK(buffer->size == 5 && memcmp(buffer->data, "hello", 5) == 0);
    coffer_buffer_free(buffer);
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
}
