/*
 * A small harness: tests register themselves, run one after another in one process, print their names, and fail by
 * returning. Each has a time limit, and must have freed every handle that it opened.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <coffer.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a test works with. */
struct test {
    coffer_store *store;          /* open, for tests of stores; else NULL */
    coffer_error *error;          /* for the last parameter of calls */
    const char *driver;           /* the name of the store's driver */
    bool skipped;
};

typedef void (*test_function)(struct test *t);

void harness_register(const char *name, test_function function, bool with_store);
void harness_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether the running test has failed already. */
bool harness_failed(void);
/* Whether everything takes longer than usual, under valgrind. */
bool harness_is_slow(void);
/* Opens another store with the same settings as the one under test. */
coffer_store *harness_open(struct test *t);
/* A key that no other test and no other run uses; valid until the next 16 calls. */
const char *harness_key(const char *name);
/* A directory of this run for temporary files. */
const char *harness_directory(void);
/* Whether the store under test has a capability. */
bool can(struct test *t, int32_t capability);

/* A status that is not what it should be; the error, if any, is freed. */
bool harness_status(struct test *t, const char *file, int line, const char *call, coffer_status got, coffer_status wanted);

#define REGISTER(name, with_store)                                                                                  \
    static void name(struct test *t);                                                                               \
    __attribute__((constructor)) static void register_##name(void) { harness_register(#name, name, with_store); }   \
    static void name(struct test *t)

/* A test that needs no store. */
#define LIBRARY_TEST(name) REGISTER(name, false)
/* A test that runs on each store that was named. */
#define STORE_TEST(name) REGISTER(name, true)

#define CHECK(condition)                                                                                            \
    do {                                                                                                            \
        if (!(condition)) {                                                                                         \
            harness_fail(__FILE__, __LINE__, "%s", #condition);                                                     \
            return;                                                                                                 \
        }                                                                                                           \
    } while (0)

#define CHECK_TEXT(got, wanted)                                                                                     \
    do {                                                                                                            \
        const char *got_ = (got), *wanted_ = (wanted);                                                              \
        if (got_ == NULL || strcmp(got_, wanted_) != 0) {                                                           \
            harness_fail(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", #got, got_ ? got_ : "(null)", wanted_);    \
            return;                                                                                                 \
        }                                                                                                           \
    } while (0)

#define CHECK_NUMBER(got, wanted)                                                                                   \
    do {                                                                                                            \
        long long got_ = (long long)(got), wanted_ = (long long)(wanted);                                           \
        if (got_ != wanted_) {                                                                                      \
            harness_fail(__FILE__, __LINE__, "%s is %lld, not %lld", #got, got_, wanted_);                          \
            return;                                                                                                 \
        }                                                                                                           \
    } while (0)

/* A call that must succeed; write its last argument as &t->error. */
#define OK(call)                                                                                                    \
    do {                                                                                                            \
        if (!harness_status(t, __FILE__, __LINE__, #call, (call), COFFER_OK)) return;                               \
    } while (0)

/* A call that must fail with this status, and with an error object that says so. */
#define FAILS(status, call)                                                                                         \
    do {                                                                                                            \
        if (!harness_status(t, __FILE__, __LINE__, #call, (call), (status))) return;                                \
    } while (0)

/* Fills memory with bytes that depend on their place, so that a shifted or doubled part is seen. */
void fill_pattern(unsigned char *data, size_t size, size_t offset);
bool is_pattern(const unsigned char *data, size_t size, size_t offset);

#endif
