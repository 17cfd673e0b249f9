/* Versions, names, drivers, capabilities, opening and closing. */
#include "harness.h"

LIBRARY_TEST(versions_agree)
{
    CHECK_TEXT(coffer_version(), COFFER_VERSION);
    CHECK_NUMBER(coffer_version_number(), COFFER_VERSION_NUMBER);
    (void)t;
}

LIBRARY_TEST(statuses_have_names)
{
    CHECK_TEXT(coffer_status_name(COFFER_OK), "ok");
    CHECK_TEXT(coffer_status_name(COFFER_NOT_FOUND), "notFound");
    CHECK_TEXT(coffer_status_name(COFFER_INTERNAL), "internal");
    CHECK_TEXT(coffer_status_name(-1), "unknown");
    CHECK_TEXT(coffer_status_name(1000), "unknown");
    for (int32_t a = COFFER_OK; a <= COFFER_INTERNAL; a++) {
        CHECK(strcmp(coffer_status_name(a), "unknown") != 0);
        for (int32_t b = COFFER_OK; b < a; b++) CHECK(strcmp(coffer_status_name(a), coffer_status_name(b)) != 0);
    }
    (void)t;
}

LIBRARY_TEST(drivers_describe_themselves)
{
    coffer_drivers *drivers = NULL;
    bool memory = false, fs = false, s3 = false;
    OK(coffer_drivers_get(&drivers, &t->error));
    CHECK(drivers->struct_size == sizeof(coffer_drivers));
    for (size_t i = 0; i < drivers->driver_count; i++) {
        const coffer_driver *driver = drivers->drivers[i];
        bool prefix = false;
        CHECK(driver->struct_size == sizeof(coffer_driver));
        CHECK(driver->summary[0] != '\0');
        if (i > 0) CHECK(strcmp(drivers->drivers[i - 1]->name, driver->name) < 0);
        memory |= strcmp(driver->name, "memory") == 0;
        fs |= strcmp(driver->name, "fs") == 0;
        s3 |= strcmp(driver->name, "s3") == 0;
        for (size_t j = 0; j < driver->setting_count; j++) {
            const coffer_setting *setting = driver->settings[j];
            CHECK(setting->struct_size == sizeof(coffer_setting));
            CHECK(setting->name[0] != '\0' && setting->summary[0] != '\0');
            CHECK(setting->kind >= COFFER_SETTING_STRING && setting->kind <= COFFER_SETTING_CHOICE);
            CHECK(setting->kind != COFFER_SETTING_INTEGER || setting->minimum <= setting->maximum);
            CHECK((setting->kind == COFFER_SETTING_CHOICE) == (setting->choice_count > 0));
            for (size_t k = 0; k < setting->choice_count; k++) CHECK(setting->choices[k][0] != '\0');
            for (size_t k = 0; k < setting->environment_count; k++) CHECK(setting->environment[k][0] != '\0');
            prefix |= strcmp(setting->name, "prefix") == 0;
        }
        CHECK(prefix);
    }
    CHECK(memory && fs && s3);
    coffer_drivers_free(drivers);
    coffer_drivers_free(NULL);
    FAILS(COFFER_INVALID_ARGUMENT, coffer_drivers_get(NULL, &t->error));
}

LIBRARY_TEST(opening_is_strict)
{
    coffer_store *store = (coffer_store *)(void *)t;
    coffer_open_options options = COFFER_OPEN_OPTIONS_INIT;
    coffer_pair unknown = {"no_such_setting", "1"}, bad = {"max_concurrency", "many"}, null = {"prefix", NULL};
    coffer_pair twice[] = {{"prefix", "a/"}, {"prefix", "b/"}}, none[] = {{"x", "y"}};

    FAILS(COFFER_INVALID_CONFIGURATION, coffer_store_open("nonsense://", NULL, &store, &t->error));
    CHECK(store == NULL);
    FAILS(COFFER_INVALID_CONFIGURATION, coffer_store_open("no url", NULL, &store, &t->error));
    FAILS(COFFER_INVALID_CONFIGURATION, coffer_store_open("memory://?no_such_setting=1", NULL, &store, &t->error));
    FAILS(COFFER_INVALID_CONFIGURATION, coffer_store_open_driver("nonsense", NULL, &store, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open("memory://\xff", NULL, &store, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open_driver("\xc3", NULL, &store, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open(NULL, NULL, &store, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open_driver(NULL, NULL, &store, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open("memory://", NULL, NULL, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open_driver("memory", NULL, NULL, &t->error));

    options.setting_count = 1;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open("memory://", &options, &store, &t->error));
    options.settings = &unknown;
    FAILS(COFFER_INVALID_CONFIGURATION, coffer_store_open("memory://", &options, &store, &t->error));
    options.settings = &bad;
    FAILS(COFFER_INVALID_CONFIGURATION, coffer_store_open("memory://", &options, &store, &t->error));
    options.settings = &null;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open("memory://", &options, &store, &t->error));
    options.settings = twice;
    options.setting_count = 2;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open("memory://", &options, &store, &t->error));
    options.setting_count = (size_t)-1;
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_open("memory://", &options, &store, &t->error));

    /* The environment counts where nothing is given, and can be left out of account. */
    options.settings = NULL;
    options.setting_count = 0;
    setenv("COFFER_MEMORY_MAX_CONCURRENCY", "many", 1);
    FAILS(COFFER_INVALID_CONFIGURATION, coffer_store_open("memory://", &options, &store, &t->error));
    options.environment = none;
    OK(coffer_store_open("memory://", &options, &store, &t->error));
    unsetenv("COFFER_MEMORY_MAX_CONCURRENCY");
    coffer_store_free(store);

    options.settings = twice;
    options.setting_count = 1;
    OK(coffer_store_open_driver("memory", &options, &store, &t->error));
    CHECK_TEXT(coffer_store_driver(store), "memory");
    coffer_store_free(store);
}

LIBRARY_TEST(an_error_need_not_be_asked_for)
{
    coffer_store *store = NULL;
    CHECK(coffer_store_open("nonsense://", NULL, &store, NULL) == COFFER_INVALID_CONFIGURATION);
    CHECK(store == NULL);
    (void)t;
}

LIBRARY_TEST(errors_tell_everything)
{
    coffer_store *store = NULL;
    coffer_error *error = NULL;
    coffer_info *info = NULL;
    OK(coffer_store_open("memory://", NULL, &store, &t->error));
    CHECK(coffer_store_stat(store, "not/there", NULL, &info, &error) == COFFER_NOT_FOUND);
    CHECK(error->struct_size == sizeof(coffer_error));
    CHECK_NUMBER(error->code, COFFER_NOT_FOUND);
    CHECK_TEXT(error->code_name, "notFound");
    CHECK_TEXT(error->operation, "stat");
    CHECK_TEXT(error->key, "not/there");
    CHECK_TEXT(error->driver, "memory");
    CHECK(strlen(error->message) > 5);
    CHECK(strstr(error->description, "not/there") != NULL);
    CHECK(!error->is_retryable && error->http_status == 0 && error->retry_after_ms == -1 && error->attempts == 1);
    CHECK(error->service_code == NULL && error->request_id == NULL && error->underlying == NULL);
    coffer_store_free(store);
    /* The error is not part of the store. */
    CHECK_TEXT(error->key, "not/there");
    coffer_error_free(error);
    coffer_error_free(NULL);
}

STORE_TEST(capabilities_have_answers)
{
    int64_t value = -1;
    for (int32_t id = COFFER_CAN_READ_IF_MATCH; id <= COFFER_CAN_COPY_METADATA; id++) {
        OK(coffer_store_capability(t->store, id, &value, &t->error));
        CHECK(value == 0 || value == 1);
    }
    for (int32_t id = COFFER_MAX_KEY_BYTES; id <= COFFER_MAX_PAGE_SIZE; id++) {
        OK(coffer_store_capability(t->store, id, &value, &t->error));
        CHECK(value >= 1);
    }
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_capability(t->store, -1, &value, &t->error));
    CHECK_NUMBER(value, 0);
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_capability(t->store, COFFER_CAN_COPY_METADATA + 1, &value, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_capability(t->store, COFFER_MAX_PAGE_SIZE + 1, &value, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_capability(t->store, INT32_MAX, &value, &t->error));
    FAILS(COFFER_INVALID_ARGUMENT, coffer_store_capability(t->store, COFFER_CAN_COPY, NULL, &t->error));
    /* The driver keeps an ETag on every store of this project. */
    CHECK(can(t, COFFER_CAN_READ_IF_MATCH) && can(t, COFFER_CAN_CONTENT_TYPE) && can(t, COFFER_CAN_USER_METADATA));
}

STORE_TEST(closed_stores_say_so)
{
    coffer_store *store = harness_open(t);
    coffer_buffer *buffer = NULL;
    bool exists = true;
    OK(coffer_store_close(store, &t->error));
    OK(coffer_store_close(store, &t->error));
    FAILS(COFFER_CLOSED, coffer_store_put(store, "a", "b", 1, NULL, NULL, &t->error));
    FAILS(COFFER_CLOSED, coffer_store_get(store, "a", NULL, &buffer, NULL, &t->error));
    FAILS(COFFER_CLOSED, coffer_store_exists(store, "a", &exists, &t->error));
    CHECK(!exists);
    CHECK_TEXT(coffer_store_driver(store), t->driver);
    coffer_store_free(store);
}
