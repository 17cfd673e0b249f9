#ifndef COFFER_TYPES_RESULTS_H
#define COFFER_TYPES_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A name and a value: a setting, a header, a pair of metadata. This struct never grows. */
typedef struct coffer_pair {
    /** The name; never NULL. */
    const char *name;
    /** The value; never NULL. */
    const char *value;
} coffer_pair;

/** Everything that is known of a failure. Freed by coffer_error_free(). It never holds a secret. */
typedef struct coffer_error {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** What kind of failure it is: the status that the call returned. */
    int32_t code;
    /** How many attempts were made; 1 where nothing was repeated. */
    int32_t attempts;
    /** Whether the same call may succeed if it is made again. */
    bool is_retryable;
    /** The status of the HTTP response; 0 where there was none. */
    int32_t http_status;
    /** How long the service asked to wait before the next attempt, in milliseconds; -1 if it did not. */
    int64_t retry_after_ms;
    /** The code's name, for instance `notFound`; never NULL. */
    const char *code_name;
    /** What went wrong and what to do about it, in one line; never NULL. */
    const char *message;
    /** All of it in one line, for a log or a terminal; never NULL. */
    const char *description;
    /** The verb that failed, for instance `put`; NULL where unknown. */
    const char *operation;
    /** The key that the failure is about; NULL where there is none. */
    const char *key;
    /** The name of the driver; NULL where unknown. */
    const char *driver;
    /** The service's own code, for instance `SlowDown`; NULL where there is none. */
    const char *service_code;
    /** The service's identifier of the request; NULL where there is none. */
    const char *request_id;
    /** The error that caused this one, in its own words; NULL where there is none. */
    const char *underlying;
} coffer_error;

/** Bytes that the library lends without a copy, for as long as the buffer is kept. Freed by coffer_buffer_free(). */
typedef struct coffer_buffer {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** The first byte; never NULL, also if there are none. Not to be written to. */
    const void *data;
    /** The number of bytes. */
    size_t size;
} coffer_buffer;

/** What is stored beside an object's bytes; both an option and a result. NULL means "not set" everywhere. */
typedef struct coffer_metadata {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** The media type, for instance `text/plain`. */
    const char *content_type;
    /** How a browser shall present it. */
    const char *content_disposition;
    /** The coding of the stored bytes, for instance `gzip`; nothing is ever decoded. */
    const char *content_encoding;
    /** The natural language. */
    const char *content_language;
    /** How long caches may keep it. */
    const char *cache_control;
    /**
     * The user's own pairs, at most 2 KiB in all. Names are ASCII letters, digits and `-_.`, folded to lower case;
     * values are any text without control characters. In a result they are sorted by name.
     */
    const coffer_pair *user;
    /** The number of pairs. */
    size_t user_count;
} coffer_metadata;

/** No metadata. */
#define COFFER_METADATA_INIT { sizeof(coffer_metadata), NULL, NULL, NULL, NULL, NULL, NULL, 0 }

/** What a store knows of an object. Freed by coffer_info_free(), unless it is lent. */
typedef struct coffer_info {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** The object's key; never NULL. */
    const char *key;
    /** Its size in bytes: of the whole object, also where a range was read. */
    int64_t size;
    /** The name of its contents, without quotes; NULL where the service gave none. */
    const char *etag;
    /** When it was last written, in seconds since 1970-01-01T00:00:00Z; see has_last_modified. */
    int64_t last_modified;
    /** The fraction of that second, in nanoseconds. */
    int32_t last_modified_ns;
    /** Whether the service gave a time. */
    bool has_last_modified;
    /** Headers and the user's pairs; never NULL. Empty in listings. */
    const coffer_metadata *metadata;
    /** The version, on stores that keep versions; else NULL. */
    const char *version;
    /** The storage class, where the service has several; else NULL. */
    const char *storage_class;
    /** How `checksum` was computed, for instance `crc64nvme`; NULL where there is none. */
    const char *checksum_algorithm;
    /**
     * A checksum of the contents in Base64; with `-` and a number behind it if it is one of the checksums of so many
     * parts. NULL where none is known.
     */
    const char *checksum;
} coffer_info;

/** One line of a listing. */
typedef struct coffer_list_entry {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** The key, or the common beginning of several keys, delimiter included; never NULL. */
    const char *name;
    /** The object; NULL if this is a common beginning. Its metadata is empty. */
    const coffer_info *object;
} coffer_list_entry;

/** A page of a listing. Freed by coffer_list_page_free(). */
typedef struct coffer_list_page {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** Objects and common beginnings together, in the order of their bytes. */
    const coffer_list_entry *const *entries;
    /** The number of entries; may be 0 although more pages follow. */
    size_t entry_count;
    /** Where the next page begins, for coffer_list_options, here or in another process; NULL on the last page. */
    const char *next_token;
} coffer_list_page;

/** What became of one key of many. */
typedef struct coffer_outcome {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** The key as it was given. */
    const char *key;
    /** Why it failed; NULL if it worked. Belongs to the list: not to be freed. */
    const coffer_error *error;
} coffer_outcome;

/** What became of each key. Freed by coffer_outcomes_free(). */
typedef struct coffer_outcomes {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** An outcome for each key, in the order in which they were given. */
    const coffer_outcome *const *outcomes;
    /** The number of outcomes. */
    size_t outcome_count;
    /** How many of them failed. */
    size_t failure_count;
} coffer_outcomes;

/** A request that anyone may make until it expires. Freed by coffer_presigned_free(). */
typedef struct coffer_presigned {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** The HTTP method, for instance `GET`. */
    const char *method;
    /** The URL; as good as a password until it expires. */
    const char *url;
    /** Headers that must be sent exactly so, sorted by name. */
    const coffer_pair *headers;
    /** The number of headers. */
    size_t header_count;
    /** When it expires, in seconds since 1970-01-01T00:00:00Z. */
    int64_t expires;
} coffer_presigned;

#endif
