/* One store, sixteen threads; handles that are freed while others use them. */
#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 16 };

struct worker {
    struct test t;
    int number;
    int rounds;
    bool good;
};

static void work(struct worker *worker)
{
    struct test *t = &worker->t;
    for (int round = 0; round < worker->rounds; round++) {
        char key[128], text[64];
        coffer_buffer *buffer = NULL;
        coffer_writer *writer = NULL;
        coffer_lister *lister = NULL;
        const coffer_list_entry *entry = NULL;
        coffer_list_options list = COFFER_LIST_OPTIONS_INIT;
        bool exists = false;
        snprintf(key, sizeof key, "threads-%p/%d/%d", (void *)t->store, worker->number, round);
        snprintf(text, sizeof text, "thread %d round %d", worker->number, round);
        OK(coffer_store_put(t->store, key, text, strlen(text), NULL, NULL, &t->error));
        OK(coffer_store_get(t->store, key, NULL, &buffer, NULL, &t->error));
        CHECK(buffer->size == strlen(text) && memcmp(buffer->data, text, buffer->size) == 0);
        coffer_buffer_free(buffer);
        OK(coffer_writer_open(t->store, key, NULL, &writer, &t->error));
        OK(coffer_writer_write(writer, "again", 5, &t->error));
        OK(coffer_writer_finish(writer, NULL, &t->error));
        coffer_writer_free(writer);
        list.prefix = key;
        OK(coffer_lister_open(t->store, &list, &lister, &t->error));
        OK(coffer_lister_next(lister, &entry, &t->error));
        CHECK(entry != NULL && entry->object->size == 5);
        coffer_lister_free(lister);
        OK(coffer_store_delete(t->store, key, NULL, &t->error));
        OK(coffer_store_exists(t->store, key, &exists, &t->error));
        CHECK(!exists);
    }
    worker->good = true;
}

static void *work_on_thread(void *argument)
{
    work(argument);
    return NULL;
}

STORE_TEST(sixteen_threads_share_a_store)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) {
        workers[i].t.store = t->store;
        workers[i].number = i;
        workers[i].rounds = strcmp(t->driver, "memory") == 0 && !harness_is_slow() ? 200 : 8;
        CHECK(pthread_create(&threads[i], NULL, work_on_thread, &workers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) CHECK(workers[i].good);
}

static _Atomic(coffer_store *) shared;
static atomic_bool stop;

static void *use_shared(void *argument)
{
    long *calls = argument;
    while (!atomic_load(&stop)) {
        coffer_store *store = atomic_load(&shared);
        coffer_status status = coffer_store_put(store, "key", "value", 5, NULL, NULL, NULL);
        if (status != COFFER_OK && status != COFFER_CLOSED) {
            harness_fail(__FILE__, __LINE__, "a store that is freed by another thread gives %s", coffer_status_name(status));
            return NULL;
        }
        ++*calls;
    }
    return NULL;
}

/* A thread that is late finds out that its store is gone; it does not crash and does not hit the next one. */
LIBRARY_TEST(stores_are_freed_under_others)
{
    pthread_t threads[4];
    long calls[4] = {0};
    coffer_store *store = NULL;
    atomic_store(&stop, false);
    OK(coffer_store_open("memory://", NULL, &store, &t->error));
    atomic_store(&shared, store);
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, use_shared, &calls[i]) == 0);
    for (int round = 0; round < (harness_is_slow() ? 30 : 300); round++) {
        coffer_store *next = NULL;
        OK(coffer_store_open("memory://", NULL, &next, &t->error));
        store = atomic_exchange(&shared, next);
        coffer_store_free(store);
        coffer_store_free(store);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++) CHECK(calls[i] > 0);
    coffer_store_free(atomic_load(&shared));
}
