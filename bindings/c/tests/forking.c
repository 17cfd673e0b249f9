/* fork() after use: child and parent both go on, on every driver. */
#include "harness.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_LIMIT = 60 };

static void round_trip(struct test *t, const char *name, int number)
{
    char key[600];
    unsigned char data[20000];
    coffer_buffer *buffer = NULL;
    coffer_writer *writer = NULL;
    coffer_reader *reader = NULL;
    coffer_list_page *page = NULL;
    coffer_list_options list = COFFER_LIST_OPTIONS_INIT;
    size_t total = 0, count = 0;
    snprintf(key, sizeof key, "%s-%d", name, number);
    fill_pattern(data, sizeof data, (size_t)number);
    OK(coffer_store_put(t->store, key, data, sizeof data, NULL, NULL, &t->error));
    OK(coffer_store_get(t->store, key, NULL, &buffer, NULL, &t->error));
    CHECK(buffer->size == sizeof data && is_pattern(buffer->data, buffer->size, (size_t)number));
    coffer_buffer_free(buffer);
    OK(coffer_writer_open(t->store, key, NULL, &writer, &t->error));
    OK(coffer_writer_write(writer, data, sizeof data, &t->error));
    OK(coffer_writer_write(writer, data, 1, &t->error));
    OK(coffer_writer_finish(writer, NULL, &t->error));
    coffer_writer_free(writer);
    OK(coffer_reader_open(t->store, key, NULL, &reader, &t->error));
    do {
        OK(coffer_reader_read(reader, data, sizeof data, &count, &t->error));
        total += count;
    } while (count);
    coffer_reader_free(reader);
    CHECK_NUMBER(total, sizeof data + 1);
    list.prefix = key;
    OK(coffer_store_list_page(t->store, &list, &page, &t->error));
    CHECK_NUMBER(page->entry_count, 1);
    coffer_list_page_free(page);
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
}

/* Whether the child has been forked from under running threads, whose memory is nobody's in the child. */
static bool others_are_at_work;

/* Runs a function in a child; whether it and the child's exit were good. */
static bool in_child(struct test *t, void (*body)(struct test *t, const char *name, int number), const char *name, int number)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct test own = {t->store, NULL, t->driver, false};
        alarm(harness_is_slow() ? 20 * CHILD_LIMIT : CHILD_LIMIT);
        size_t before = coffer_handle_count();
        body(&own, name, number);
        if (coffer_handle_count() != before) harness_fail(__FILE__, __LINE__, "the child leaks a handle");
        fflush(NULL);
        /* No leak check there: it would count what the threads of the parent had in hand. */
        if (others_are_at_work && harness_is_slow() && !harness_failed()) kill(getpid(), SIGKILL);
        _exit(harness_failed() ? 1 : 0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return false;
    if (others_are_at_work && harness_is_slow() && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
    if (WIFSIGNALED(status)) harness_fail(__FILE__, __LINE__, "the child ended by signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0) harness_fail(__FILE__, __LINE__, "the child failed");
    return status == 0;
}

STORE_TEST(children_use_the_store)
{
    const char *name = harness_key("fork");
    round_trip(t, name, 0);
    for (int i = 1; i <= 3; i++) {
        if (!in_child(t, round_trip, name, i)) return;
        round_trip(t, name, i + 10);
    }
}

static void grandchild(struct test *t, const char *name, int number)
{
    round_trip(t, name, number);
    CHECK(in_child(t, round_trip, name, number + 1));
    round_trip(t, name, number);
}

STORE_TEST(grandchildren_use_the_store)
{
    const char *name = harness_key("fork-twice");
    round_trip(t, name, 0);
    if (!in_child(t, grandchild, name, 1)) return;
    round_trip(t, name, 3);
}

/* A child that frees the store, and opens another one, does not disturb its parent. */
static void free_and_open(struct test *t, const char *name, int number)
{
    coffer_store *inherited = t->store;
    struct test own = {harness_open(t), NULL, t->driver, false};
    round_trip(&own, name, number);
    OK(coffer_store_close(inherited, &t->error));
    FAILS(COFFER_CLOSED, coffer_store_put(inherited, "a", "b", 1, NULL, NULL, &t->error));
    coffer_store_free(inherited);
    t->store = own.store;
}

STORE_TEST(children_may_free_the_store)
{
    const char *name = harness_key("fork-free");
    round_trip(t, name, 0);
    if (!in_child(t, free_and_open, name, 1)) return;
    round_trip(t, name, 2);
}

struct inherited {
    coffer_reader *reader;
    coffer_writer *writer;
    coffer_lister *lister;
};
static struct inherited streams;

static void use_inherited(struct test *t, const char *name, int number)
{
    char memory[16];
    size_t count;
    const coffer_list_entry *entry;
    coffer_list_options list = COFFER_LIST_OPTIONS_INIT;
    FAILS(COFFER_CLOSED, coffer_reader_read(streams.reader, memory, 16, &count, &t->error));
    FAILS(COFFER_CLOSED, coffer_writer_write(streams.writer, "x", 1, &t->error));
    FAILS(COFFER_CLOSED, coffer_writer_finish(streams.writer, NULL, &t->error));
    FAILS(COFFER_CLOSED, coffer_lister_next(streams.lister, &entry, &t->error));
    if (number == 2) {
        coffer_reader_free(streams.reader);
        coffer_writer_free(streams.writer);
        coffer_lister_free(streams.lister);
        OK(coffer_lister_open(t->store, &list, &streams.lister, &t->error));
        OK(coffer_lister_open(t->store, &list, &streams.lister, &t->error));
        OK(coffer_lister_open(t->store, &list, &streams.lister, &t->error));
    }
    round_trip(t, name, number);
}

STORE_TEST(streams_stay_with_their_process)
{
    const char *key = harness_key("fork-streams"), *name = harness_key("fork-streams-child");
    unsigned char *data = malloc(3 << 20);
    coffer_buffer *buffer = NULL;
    coffer_list_options list = COFFER_LIST_OPTIONS_INIT;
    const coffer_list_entry *entry = NULL;
    size_t total = 0, count = 0;
    fill_pattern(data, 3 << 20, 0);
    OK(coffer_store_put(t->store, key, data, 3 << 20, NULL, NULL, &t->error));
    list.prefix = key;
    OK(coffer_reader_open(t->store, key, NULL, &streams.reader, &t->error));
    OK(coffer_lister_open(t->store, &list, &streams.lister, &t->error));
    OK(coffer_writer_open(t->store, key, NULL, &streams.writer, &t->error));
    OK(coffer_writer_write(streams.writer, data, 1 << 20, &t->error));
    if (!in_child(t, use_inherited, name, 1) || !in_child(t, use_inherited, name, 2)) return;
    /* What the child did or freed has left all three as they were. */
    do {
        OK(coffer_reader_read(streams.reader, data, 1 << 20, &count, &t->error));
        CHECK(is_pattern(data, count, total));
        total += count;
    } while (count);
    CHECK_NUMBER(total, 3 << 20);
    OK(coffer_lister_next(streams.lister, &entry, &t->error));
    CHECK(entry != NULL);
    OK(coffer_writer_write(streams.writer, "the end", 7, &t->error));
    OK(coffer_writer_finish(streams.writer, NULL, &t->error));
    OK(coffer_store_get(t->store, key, NULL, &buffer, NULL, &t->error));
    CHECK_NUMBER(buffer->size, (1 << 20) + 7);
    coffer_buffer_free(buffer);
    coffer_reader_free(streams.reader);
    coffer_writer_free(streams.writer);
    coffer_lister_free(streams.lister);
    OK(coffer_store_delete(t->store, key, NULL, &t->error));
    free(data);
}

static atomic_bool stop;

static void *keep_busy(void *argument)
{
    coffer_store *store = argument;
    char key[64];
    snprintf(key, sizeof key, "busy-%p", (void *)&key);
    while (!atomic_load(&stop)) {
        coffer_buffer *buffer = NULL;
        coffer_store_put(store, key, "busy", 4, NULL, NULL, NULL);
        coffer_store_get(store, key, NULL, &buffer, NULL, NULL);
        coffer_buffer_free(buffer);
    }
    coffer_store_delete(store, key, NULL, NULL);
    return NULL;
}

/* The usual way in Python: threads are at work when the process forks. */
STORE_TEST(children_of_busy_processes_work)
{
    const char *name = harness_key("fork-busy");
    pthread_t threads[4];
    bool good = true;
    atomic_store(&stop, false);
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, keep_busy, t->store) == 0);
    others_are_at_work = true;
    for (int i = 0; i < 10 && good; i++) good = in_child(t, i % 3 == 2 ? free_and_open : round_trip, name, i);
    others_are_at_work = false;
    atomic_store(&stop, true);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    if (good) round_trip(t, name, 100);
}
