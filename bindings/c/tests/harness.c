#include "harness.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

enum { MAX_TESTS = 256, MAX_STORES = 16, MAX_SETTINGS = 32, TIME_LIMIT = 120 };

struct store_settings {
    const char *name;
    const char *url;
    coffer_pair settings[MAX_SETTINGS];
    size_t count;
};

static struct {
    const char *name;
    test_function function;
    bool with_store;
} tests[MAX_TESTS];
static size_t test_count;
static struct store_settings stores[MAX_STORES];
static size_t store_count;
static const struct store_settings *current;
static bool failed;
static bool slow;
static char directory[4096];

void harness_register(const char *name, test_function function, bool with_store)
{
    if (test_count == MAX_TESTS) abort();
    tests[test_count].name = name;
    tests[test_count].function = function;
    tests[test_count].with_store = with_store;
    test_count++;
}

void harness_fail(const char *file, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "    %s:%d: ", file, line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    failed = true;
}

bool harness_failed(void) { return failed; }

bool harness_is_slow(void) { return slow; }

bool harness_status(struct test *t, const char *file, int line, const char *call, coffer_status got, coffer_status wanted)
{
    coffer_error *error = t->error;
    bool good = got == wanted;
    t->error = NULL;
    if (!good) {
        harness_fail(file, line, "%s gives %s, not %s%s%s", call, coffer_status_name(got), coffer_status_name(wanted),
                     error ? ": " : "", error ? error->description : "");
    } else if (got == COFFER_OK && error) {
        harness_fail(file, line, "%s succeeds, but there is an error: %s", call, error->description);
        good = false;
    } else if (got != COFFER_OK) {
        if (!error || error->code != got || strcmp(error->code_name, coffer_status_name(got)) != 0
            || error->message[0] == '\0' || strstr(error->description, error->message) == NULL) {
            harness_fail(file, line, "%s fails as it should, but its error object does not say so", call);
            good = false;
        }
    }
    coffer_error_free(error);
    return good;
}

static coffer_store *open_store(const struct store_settings *settings)
{
    coffer_open_options options = COFFER_OPEN_OPTIONS_INIT;
    coffer_store *store = NULL;
    coffer_error *error = NULL;
    options.settings = settings->settings;
    options.setting_count = settings->count;
    if (coffer_store_open(settings->url, &options, &store, &error) != COFFER_OK) {
        harness_fail(__FILE__, __LINE__, "cannot open %s: %s", settings->url, error->description);
        coffer_error_free(error);
    }
    return store;
}

coffer_store *harness_open(struct test *t)
{
    (void)t;
    return open_store(current);
}

const char *harness_key(const char *name)
{
    static char keys[16][512];
    static unsigned next;
    static char run[64];
    if (!run[0]) snprintf(run, sizeof run, "c-%ld-%ld", (long)time(NULL), (long)getpid());
    char *key = keys[next++ % 16];
    snprintf(key, sizeof keys[0], "%s/%s", run, name);
    return key;
}

const char *harness_directory(void) { return directory; }

bool can(struct test *t, int32_t capability)
{
    int64_t value = 0;
    return coffer_store_capability(t->store, capability, &value, NULL) == COFFER_OK && value == 1;
}

void fill_pattern(unsigned char *data, size_t size, size_t offset)
{
    for (size_t i = 0; i < size; i++) {
        size_t at = offset + i;
        data[i] = (unsigned char)(at ^ at >> 8 ^ at >> 16 ^ at * 7);
    }
}

bool is_pattern(const unsigned char *data, size_t size, size_t offset)
{
    for (size_t i = 0; i < size; i++) {
        size_t at = offset + i;
        if (data[i] != (unsigned char)(at ^ at >> 8 ^ at >> 16 ^ at * 7)) return false;
    }
    return true;
}

/* Runs one test; whether it was good. */
static bool run(size_t index, const struct store_settings *settings)
{
    struct test t = {0};
    size_t before = coffer_handle_count();
    struct timespec began, ended;
    failed = false;
    current = settings;
    alarm(slow ? 20 * TIME_LIMIT : TIME_LIMIT);
    clock_gettime(CLOCK_MONOTONIC, &began);
    printf("%s%s%s ...", settings ? settings->name : "library", ": ", tests[index].name);
    fflush(stdout);
    if (settings) {
        t.store = open_store(settings);
        t.driver = coffer_store_driver(t.store);
    }
    if (!failed) tests[index].function(&t);
    coffer_store_free(t.store);
    if (!failed && coffer_handle_count() != before)
        harness_fail(__FILE__, __LINE__, "%zu handles were not freed", coffer_handle_count() - before);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    alarm(0);
    double ms = (double)(ended.tv_sec - began.tv_sec) * 1e3 + (double)(ended.tv_nsec - began.tv_nsec) / 1e6;
    printf(" %s (%.1f ms)\n", failed ? "FAILED" : t.skipped ? "not on this driver" : "ok", ms);
    fflush(stdout);
    return !failed;
}

static int usage(const char *program)
{
    fprintf(stderr,
            "usage: %s [--only PATTERN] [--slow] [--directory DIR] {--store NAME URL [SETTING=VALUE ...]}...\n"
            "Runs the tests of the library once, and those of stores on each store.\n", program);
    return 2;
}

int main(int count, char **arguments)
{
    const char *only = "*";
    size_t ran = 0, bad = 0;
    snprintf(directory, sizeof directory, "%s", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--only") == 0 && i + 1 < count) {
            only = arguments[++i];
        } else if (strcmp(arguments[i], "--slow") == 0) {
            slow = true;
        } else if (strcmp(arguments[i], "--directory") == 0 && i + 1 < count) {
            snprintf(directory, sizeof directory, "%s", arguments[++i]);
        } else if (strcmp(arguments[i], "--store") == 0 && i + 2 < count && store_count < MAX_STORES) {
            struct store_settings *store = &stores[store_count++];
            store->name = arguments[++i];
            store->url = arguments[++i];
            while (i + 1 < count && arguments[i + 1][0] != '-' && store->count < MAX_SETTINGS) {
                char *equals = strchr(arguments[++i], '=');
                if (!equals) return usage(arguments[0]);
                *equals = '\0';
                store->settings[store->count].name = arguments[i];
                store->settings[store->count++].value = equals + 1;
            }
        } else {
            return usage(arguments[0]);
        }
    }
    for (size_t i = 0; i < test_count; i++) {
        if (tests[i].with_store || fnmatch(only, tests[i].name, 0) != 0) continue;
        ran++;
        bad += !run(i, NULL);
    }
    for (size_t s = 0; s < store_count; s++) {
        for (size_t i = 0; i < test_count; i++) {
            if (!tests[i].with_store || fnmatch(only, tests[i].name, 0) != 0) continue;
            ran++;
            bad += !run(i, &stores[s]);
        }
    }
    printf("%zu tests, %zu failed\n", ran, bad);
    return bad || !ran ? 1 : 0;
}
