/*
 * Between a pipe and an object, in constant memory:
 *
 *     producer | large put URL KEY        large get URL KEY | consumer        large delete URL KEY
 *
 * Prints its peak memory in KiB to standard error at the end.
 */
#include <coffer.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static coffer_status put(coffer_store *store, const char *key, coffer_error **error)
{
    const size_t size = 1 << 20;
    char *block = malloc(size);
    coffer_writer *writer = NULL;
    coffer_status status = coffer_writer_open(store, key, NULL, &writer, error);
    while (status == COFFER_OK) {
        ssize_t count = read(STDIN_FILENO, block, size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            perror("standard input");
            status = COFFER_IO;
        }
        if (count <= 0) break;
        status = coffer_writer_write(writer, block, (size_t)count, error);
    }
    if (status == COFFER_OK) status = coffer_writer_finish(writer, NULL, error);
    coffer_writer_free(writer);
    free(block);
    return status;
}

static coffer_status get(coffer_store *store, const char *key, coffer_error **error)
{
    coffer_reader *reader = NULL;
    coffer_status status = coffer_reader_open(store, key, NULL, &reader, error);
    while (status == COFFER_OK) {
        coffer_buffer *buffer = NULL;
        status = coffer_reader_next(reader, &buffer, error);
        if (status != COFFER_OK || !buffer) break;
        if (fwrite(buffer->data, 1, buffer->size, stdout) != buffer->size) status = COFFER_IO;
        coffer_buffer_free(buffer);
    }
    coffer_reader_free(reader);
    if (fflush(stdout) != 0 && status == COFFER_OK) status = COFFER_IO;
    return status;
}

int main(int count, char **arguments)
{
    coffer_store *store = NULL;
    coffer_error *error = NULL;
    coffer_status status;
    struct rusage usage;
    if (count != 4) {
        fprintf(stderr, "usage: %s put|get|delete URL KEY\n", arguments[0]);
        return 2;
    }
    status = coffer_store_open(arguments[2], NULL, &store, &error);
    if (status == COFFER_OK) {
        if (strcmp(arguments[1], "put") == 0) status = put(store, arguments[3], &error);
        else if (strcmp(arguments[1], "get") == 0) status = get(store, arguments[3], &error);
        else status = coffer_store_delete(store, arguments[3], NULL, &error);
    }
    coffer_store_free(store);
    if (status != COFFER_OK) fprintf(stderr, "%s\n", error ? error->description : coffer_status_name(status));
    coffer_error_free(error);
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "peak %ld\n", usage.ru_maxrss);
    return status == COFFER_OK ? 0 : 1;
}
