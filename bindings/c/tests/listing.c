/* Listings: by page and as a stream. */
#include "harness.h"

static const char *names[] = {"a", "b-", "b/1", "b/2", "b0", "c/d/e", "z"};
enum { NAMES = 7 };

static bool fill(struct test *t, char *prefix, size_t size)
{
    snprintf(prefix, size, "%s/", harness_key("list"));
    for (size_t i = 0; i < NAMES; i++) {
        char key[700];
        snprintf(key, sizeof key, "%s%s", prefix, names[i]);
        if (!harness_status(t, __FILE__, __LINE__, "put", coffer_store_put(t->store, key, key, i, NULL, NULL, &t->error), COFFER_OK))
            return false;
    }
    return true;
}

static void clear(struct test *t, const char *prefix)
{
    char keys[NAMES][700];
    const char *list[NAMES];
    coffer_outcomes *outcomes = NULL;
    for (size_t i = 0; i < NAMES; i++) {
        snprintf(keys[i], sizeof keys[i], "%s%s", prefix, names[i]);
        list[i] = keys[i];
    }
    OK(coffer_store_delete_many(t->store, list, NAMES, &outcomes, &t->error));
    CHECK_NUMBER(outcomes->failure_count, 0);
    coffer_outcomes_free(outcomes);
}

STORE_TEST(listings_are_in_order)
{
    char prefix[600];
    coffer_list_options options = COFFER_LIST_OPTIONS_INIT;
    coffer_lister *lister = NULL;
    const coffer_list_entry *entry = NULL;
    if (!fill(t, prefix, sizeof prefix)) return;
    options.prefix = prefix;
    OK(coffer_lister_open(t->store, &options, &lister, &t->error));
    for (size_t i = 0; i < NAMES; i++) {
        OK(coffer_lister_next(lister, &entry, &t->error));
        CHECK(entry != NULL && entry->struct_size == sizeof(coffer_list_entry));
        CHECK_TEXT(entry->name + strlen(prefix), names[i]);
        CHECK(entry->object != NULL && entry->object->struct_size == sizeof(coffer_info));
        CHECK_TEXT(entry->object->key, entry->name);
        CHECK_NUMBER(entry->object->size, i);
        CHECK(entry->object->metadata != NULL && entry->object->metadata->user_count == 0);
    }
    for (int i = 0; i < 2; i++) {
        OK(coffer_lister_next(lister, &entry, &t->error));
        CHECK(entry == NULL);
    }
    coffer_lister_free(lister);
    clear(t, prefix);
}

STORE_TEST(listings_roll_up_and_stop)
{
    const char *wanted[] = {"a", "b-", "b/", "b0", "c/", "z"};
    char prefix[600];
    coffer_list_options options = COFFER_LIST_OPTIONS_INIT;
    coffer_lister *lister = NULL;
    const coffer_list_entry *entry = NULL;
    if (!fill(t, prefix, sizeof prefix)) return;
    options.prefix = prefix;
    options.delimiter = "/";
    OK(coffer_lister_open(t->store, &options, &lister, &t->error));
    for (size_t i = 0; i < 6; i++) {
        OK(coffer_lister_next(lister, &entry, &t->error));
        CHECK(entry != NULL);
        CHECK_TEXT(entry->name + strlen(prefix), wanted[i]);
        CHECK((entry->object == NULL) == (wanted[i][1] == '/'));
    }
    OK(coffer_lister_next(lister, &entry, &t->error));
    CHECK(entry == NULL);
    coffer_lister_free(lister);

    char after[700];
    snprintf(after, sizeof after, "%sb/1", prefix);
    options.delimiter = NULL;
    options.start_after = after;
    options.limit = 2;
    OK(coffer_lister_open(t->store, &options, &lister, &t->error));
    OK(coffer_lister_next(lister, &entry, &t->error));
    CHECK_TEXT(entry->name + strlen(prefix), "b/2");
    OK(coffer_lister_next(lister, &entry, &t->error));
    CHECK_TEXT(entry->name + strlen(prefix), "b0");
    OK(coffer_lister_next(lister, &entry, &t->error));
    CHECK(entry == NULL);
    coffer_lister_free(lister);
    clear(t, prefix);
}

STORE_TEST(pages_follow_each_other)
{
    char prefix[600], *token = NULL;
    coffer_list_options options = COFFER_LIST_OPTIONS_INIT;
    size_t seen = 0, pages = 0;
    if (!fill(t, prefix, sizeof prefix)) return;
    options.prefix = prefix;
    options.limit = 3;
    do {
        coffer_list_page *page = NULL;
        options.page_token = token;
        /* A token is good for another store object too. */
        coffer_store *store = harness_open(t);
        coffer_store *from = strcmp(t->driver, "memory") == 0 ? t->store : store;
        OK(coffer_store_list_page(from, &options, &page, &t->error));
        coffer_store_free(store);
        free(token);
        CHECK(page->struct_size == sizeof(coffer_list_page) && page->entry_count <= 3);
        for (size_t i = 0; i < page->entry_count; i++) CHECK_TEXT(page->entries[i]->name + strlen(prefix), names[seen++]);
        token = page->next_token ? strdup(page->next_token) : NULL;
        coffer_list_page_free(page);
        CHECK(++pages < 10);
    } while (token);
    CHECK_NUMBER(seen, NAMES);
    coffer_list_page_free(NULL);
    clear(t, prefix);
}

STORE_TEST(empty_listings_end)
{
    coffer_list_options options = COFFER_LIST_OPTIONS_INIT;
    coffer_lister *lister = NULL;
    coffer_list_page *page = NULL;
    const coffer_list_entry *entry = (const coffer_list_entry *)(const void *)t;
    options.prefix = harness_key("nothing/");
    OK(coffer_store_list_page(t->store, &options, &page, &t->error));
    CHECK(page->entry_count == 0 && page->next_token == NULL);
    coffer_list_page_free(page);
    OK(coffer_lister_open(t->store, &options, &lister, &t->error));
    OK(coffer_lister_next(lister, &entry, &t->error));
    CHECK(entry == NULL);
    coffer_lister_free(lister);
}
