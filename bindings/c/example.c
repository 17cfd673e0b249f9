/*
 * What can be done with libcoffer, on any store:
 *
 *     example memory://
 *     example fs:///tmp/somewhere
 *     example 's3://bucket/prefix?endpoint=http://localhost:9000&region=us-east-1'
 *
 *     cc example.c $(pkg-config --cflags --libs coffer) -o example
 */
#include <coffer.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Small objects go in and out in one call. */
static coffer_status put_and_get(coffer_store *store, coffer_error **error)
{
    const char *text = "Hello from C\n";
    const coffer_pair colours[] = {{"colour", "green"}};
    coffer_metadata metadata = COFFER_METADATA_INIT;
    coffer_write_options options = COFFER_WRITE_OPTIONS_INIT;
    coffer_info *info = NULL;
    coffer_buffer *bytes = NULL;
    coffer_status status;

    metadata.content_type = "text/plain";
    metadata.user = colours;
    metadata.user_count = 1;
    options.metadata = &metadata;
    status = coffer_store_put(store, "example/hello.txt", text, strlen(text), &options, &info, error);
    if (status != COFFER_OK) return status;
    printf("put %s: %" PRId64 " bytes, ETag %s\n", info->key, info->size, info->etag ? info->etag : "unknown");
    coffer_info_free(info);

    status = coffer_store_get(store, "example/hello.txt", NULL, &bytes, &info, error);
    if (status != COFFER_OK) return status;
    printf("get %s (%s): %.*s", info->key, info->metadata->content_type, (int)bytes->size, (const char *)bytes->data);
    coffer_info_free(info);
    coffer_buffer_free(bytes);
    return COFFER_OK;
}

/* Large ones go through a writer and a reader, with the memory of one part or so. */
static coffer_status stream(coffer_store *store, coffer_error **error)
{
    static char block[64 * 1024];
    coffer_writer *writer = NULL;
    coffer_reader *reader = NULL;
    size_t size, total = 0;
    coffer_status status;

    status = coffer_writer_open(store, "example/stream.bin", NULL, &writer, error);
    for (int i = 0; i < 100 && status == COFFER_OK; i++) status = coffer_writer_write(writer, block, sizeof block, error);
    /* Nothing can be seen of the object before this. Without it, freeing the writer throws everything away. */
    if (status == COFFER_OK) status = coffer_writer_finish(writer, NULL, error);
    coffer_writer_free(writer);
    if (status != COFFER_OK) return status;

    status = coffer_reader_open(store, "example/stream.bin", NULL, &reader, error);
    while (status == COFFER_OK) {
        status = coffer_reader_read(reader, block, sizeof block, &size, error);
        if (status != COFFER_OK || size == 0) break;
        total += size;
    }
    coffer_reader_free(reader);
    if (status == COFFER_OK) printf("streamed %zu bytes there and back\n", total);
    return status;
}

/* A listing is fetched page by page while it is consumed. */
static coffer_status list(coffer_store *store, coffer_error **error)
{
    coffer_list_options options = COFFER_LIST_OPTIONS_INIT;
    coffer_lister *lister = NULL;
    const coffer_list_entry *entry = NULL;
    coffer_status status;

    options.prefix = "example/";
    status = coffer_lister_open(store, &options, &lister, error);
    while (status == COFFER_OK) {
        status = coffer_lister_next(lister, &entry, error);
        if (status != COFFER_OK || entry == NULL) break;
        printf("  %10" PRId64 "  %s\n", entry->object->size, entry->name);
    }
    coffer_lister_free(lister);
    return status;
}

/* A URL that anybody may use for five minutes; only some drivers have that. */
static coffer_status presign(coffer_store *store, coffer_error **error)
{
    coffer_presign_options options = COFFER_PRESIGN_OPTIONS_INIT;
    coffer_presigned *request = NULL;
    coffer_status status;
    int64_t possible = 0;

    status = coffer_store_capability(store, COFFER_CAN_PRESIGN, &possible, error);
    if (status != COFFER_OK || !possible) return status;
    options.expires_in = 300;
    status = coffer_store_presign(store, "example/hello.txt", &options, &request, error);
    if (status != COFFER_OK) return status;
    printf("curl '%s'\n", request->url);
    coffer_presigned_free(request);
    return COFFER_OK;
}

/* Many keys are deleted by as few requests as possible, and each has an outcome. */
static coffer_status clean_up(coffer_store *store, coffer_error **error)
{
    const char *keys[] = {"example/hello.txt", "example/copy.txt", "example/stream.bin"};
    coffer_outcomes *outcomes = NULL;
    coffer_status status = coffer_store_delete_many(store, keys, 3, &outcomes, error);

    if (status != COFFER_OK) return status;
    for (size_t i = 0; i < outcomes->outcome_count; i++) {
        const coffer_outcome *outcome = outcomes->outcomes[i];
        printf("delete %s: %s\n", outcome->key, outcome->error ? outcome->error->message : "gone");
    }
    coffer_outcomes_free(outcomes);
    return COFFER_OK;
}

int main(int count, char **arguments)
{
    const char *url = count > 1 ? arguments[1] : "memory://";
    coffer_store *store = NULL;
    coffer_error *error = NULL;
    coffer_info *info = NULL;
    coffer_status status;

    printf("libcoffer %s, %s\n", coffer_version(), url);
    status = coffer_store_open(url, NULL, &store, &error);
    if (status == COFFER_OK) status = put_and_get(store, &error);
    if (status == COFFER_OK) status = coffer_store_copy(store, "example/hello.txt", "example/copy.txt", NULL, NULL, &error);
    if (status == COFFER_OK) status = stream(store, &error);
    if (status == COFFER_OK) status = list(store, &error);
    if (status == COFFER_OK) status = presign(store, &error);
    if (status == COFFER_OK) status = clean_up(store, &error);
    /* What is missing is a status of its own, and an error that says what it is about. */
    if (status == COFFER_OK && coffer_store_stat(store, "example/hello.txt", NULL, &info, &error) == COFFER_NOT_FOUND) {
        printf("as it should be: %s\n", error->description);
        coffer_error_free(error);
        error = NULL;
    }
    if (status != COFFER_OK) fprintf(stderr, "%s\n", error ? error->description : coffer_status_name(status));
    coffer_error_free(error);
    coffer_store_free(store);
    return status == COFFER_OK ? 0 : 1;
}
