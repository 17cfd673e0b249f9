/*
 * Stores every file below a directory in any store, and fetches them all again into another directory.
 *
 *     cc -o tree tree.c $(pkg-config --cflags --libs coffer)
 *     ./tree DIRECTORY STORE-URL COPY
 */
#define _XOPEN_SOURCE 700
#include <coffer.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static coffer_store *store;
static coffer_error *error;
static size_t root_length;
static long files;
static long long bytes;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Called by nftw() for each thing below the directory; another result than 0 ends the walk. */
static int put(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)walk;
    if (kind != FTW_F || !S_ISREG(status->st_mode))
        return 0;
    /* The key is the path from the directory on. The file is read as it is sent. */
    if (coffer_store_put_file(store, path + root_length + 1, path, NULL, NULL, &error) != COFFER_OK)
        return 1;
    files++;
    bytes += status->st_size;
    return 0;
}

static int make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int failed = mkdir(path, 0777) != 0 && errno != EEXIST;
        *slash = '/';
        if (failed)
            return 1;
    }
    return 0;
}

/* Fetches one object as a stream: memory use does not grow with it. */
static int get(const char *key, const char *directory)
{
    char path[8192];
    coffer_reader *reader = NULL;
    coffer_buffer *buffer = NULL;
    FILE *file = NULL;
    int failed = 1;

    if (snprintf(path, sizeof path, "%s/%s", directory, key) >= (int)sizeof path || make_parents(path) != 0
        || (file = fopen(path, "wb")) == NULL) {
        perror(path);
        return 1;
    }
    if (coffer_reader_open(store, key, NULL, &reader, &error) != COFFER_OK)
        goto done;
    for (;;) {
        if (coffer_reader_next(reader, &buffer, &error) != COFFER_OK)
            goto done;
        if (buffer == NULL)
            break;
        bytes += (long long)buffer->size;
        failed = fwrite(buffer->data, 1, buffer->size, file) != buffer->size;
        coffer_buffer_free(buffer);
        if (failed) {
            perror(path);
            goto done;
        }
    }
    files++;
    failed = 0;
done:
    coffer_reader_free(reader);
    if (fclose(file) != 0 && !failed) {
        perror(path);
        failed = 1;
    }
    return failed;
}

static int get_all(const char *directory)
{
    coffer_lister *lister = NULL;
    const coffer_list_entry *entry = NULL;
    int failed = 1;

    if (coffer_lister_open(store, NULL, &lister, &error) != COFFER_OK)
        return 1;
    for (;;) {
        if (coffer_lister_next(lister, &entry, &error) != COFFER_OK)
            break;
        if (entry == NULL) {
            failed = 0;
            break;
        }
        if (get(entry->name, directory) != 0)
            break;
    }
    coffer_lister_free(lister);
    return failed;
}

static void report(const char *what, double began)
{
    double seconds = now() - began;
    printf("  C: %s %ld files, %.1f MiB, %.2f s\n", what, files, (double)bytes / (1 << 20), seconds);
    files = 0;
    bytes = 0;
}

int main(int count, char **arguments)
{
    int failed = 1;
    double began = now();

    if (count != 4) {
        fprintf(stderr, "usage: tree DIRECTORY STORE-URL COPY\n");
        return 2;
    }
    root_length = strlen(arguments[1]);
    if (coffer_store_open(arguments[2], NULL, &store, &error) == COFFER_OK) {
        if (nftw(arguments[1], put, 32, FTW_PHYS) == 0) {
            report("stored", began);
            began = now();
            failed = get_all(arguments[3]);
            if (!failed)
                report("fetched", began);
        }
    }
    if (error != NULL)
        fprintf(stderr, "tree: %s\n", error->description);
    else if (failed)
        perror("tree");
    coffer_error_free(error);
    coffer_store_free(store);
    return failed;
}
