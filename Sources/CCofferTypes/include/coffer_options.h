#ifndef COFFER_TYPES_OPTIONS_H
#define COFFER_TYPES_OPTIONS_H

#include "coffer_results.h"
#include <stddef.h>
#include <stdint.h>

/**
 * Is told how far a transfer has come: on the thread that made the call, in order, at least once at the end. It must
 * not use the reader or writer that it is told about.
 *
 * \param bytes The number of bytes transferred so far.
 * \param context The pointer that was given beside the function.
 */
typedef void (*coffer_progress_function)(int64_t bytes, void *context);

/** How to open a store. */
typedef struct coffer_open_options {
    /** sizeof(coffer_open_options). */
    size_t struct_size;
    /** The driver's settings, as coffer_drivers_get() lists them. An unknown name or a bad value is an error. */
    const coffer_pair *settings;
    /** The number of settings. */
    size_t setting_count;
    /**
     * The environment variables to look into for settings that are left out; NULL for those of the process. Point to
     * anything and leave the count 0 for none at all.
     */
    const coffer_pair *environment;
    /** The number of environment variables. */
    size_t environment_count;
} coffer_open_options;

/** The defaults. */
#define COFFER_OPEN_OPTIONS_INIT { sizeof(coffer_open_options), NULL, 0, NULL, 0 }

/** Which part of an object is meant: values of coffer_read_options.range. */
enum {
    /** All of it. */
    COFFER_RANGE_ALL = 0,
    /** `length` bytes from `offset` on; what lies beyond the end is left out. */
    COFFER_RANGE_BOUNDED = 1,
    /** From `offset` to the end. */
    COFFER_RANGE_FROM = 2,
    /** The last `length` bytes; all of it if it is shorter. */
    COFFER_RANGE_SUFFIX = 3
};

/** Whether the bytes of a read are compared with the object's checksum: values of coffer_read_options.verification. */
enum {
    /** As the driver is set up: for `s3` if the whole object is read and has a checksum. */
    COFFER_VERIFY_AUTOMATIC = 0,
    /** Always: COFFER_UNSUPPORTED where there is nothing to compare with. Not for coffer_store_stat(). */
    COFFER_VERIFY_REQUIRED = 1,
    /** Never. */
    COFFER_VERIFY_OFF = 2
};

/** How to read an object or ask for its metadata. */
typedef struct coffer_read_options {
    /** sizeof(coffer_read_options). */
    size_t struct_size;
    /** Which part to read: COFFER_RANGE_ALL, ... Not for coffer_store_stat(). */
    int32_t range;
    /** Not used; 0. */
    int32_t reserved;
    /** Where the range begins, in bytes, at least 0. */
    int64_t offset;
    /** The length of the range in bytes, at least 0. */
    int64_t length;
    /** Read only if the object has this ETag; else COFFER_PRECONDITION_FAILED. NULL for any. */
    const char *if_match;
    /** Read only if the object does not have this ETag; else COFFER_NOT_MODIFIED. NULL for any. */
    const char *if_none_match;
    /** Read only if it changed after this time, in seconds since 1970; else COFFER_NOT_MODIFIED. 0 for any. */
    int64_t if_modified_since;
    /** Read only if it did not change after this time; else COFFER_PRECONDITION_FAILED. 0 for any. */
    int64_t if_unmodified_since;
    /** The version to read; NULL for the current one. */
    const char *version;
    /** Whether to compare the bytes: COFFER_VERIFY_AUTOMATIC, ...; COFFER_CHECKSUM_MISMATCH if they differ. */
    int32_t verification;
    /** Not used; 0. */
    int32_t reserved_2;
} coffer_read_options;

/** The defaults. */
#define COFFER_READ_OPTIONS_INIT { sizeof(coffer_read_options), COFFER_RANGE_ALL, 0, 0, 0, NULL, NULL, 0, 0, NULL, COFFER_VERIFY_AUTOMATIC, 0 }

/** How to write an object. */
typedef struct coffer_write_options {
    /** sizeof(coffer_write_options). */
    size_t struct_size;
    /** What is stored beside the bytes; NULL for nothing. */
    const coffer_metadata *metadata;
    /** Write only if the object has this ETag (compare and swap); else COFFER_PRECONDITION_FAILED. NULL for any. */
    const char *if_match;
    /** Not 0: write only if there is no object; else COFFER_ALREADY_EXISTS. Not together with if_match. */
    int32_t create_only;
    /** How many parts are sent at the same time, where the driver uploads in parts; 0 for the driver's choice. */
    int32_t concurrency;
    /** The size of parts in bytes; 0 for the driver's choice. Grown where the object would need too many. */
    int64_t part_size;
    /** For coffer_writer_open(): the object's size in bytes, if known, for better part sizes; 0 if not. */
    int64_t expected_size;
    /** Is told how many bytes have been stored; NULL for nobody. */
    coffer_progress_function progress;
    /** Handed to `progress`. */
    void *progress_context;
    /**
     * The checksum that is sent with the bytes, compared and kept by the service: `crc64nvme`, `crc32c`, `crc32`,
     * `sha256` or `sha1`. NULL for what the driver is set up to do.
     */
    const char *checksum_algorithm;
    /** The checksum of all bytes in Base64, where the host knows it; NULL to have it computed. */
    const char *checksum;
} coffer_write_options;

/** The defaults. */
#define COFFER_WRITE_OPTIONS_INIT { sizeof(coffer_write_options), NULL, NULL, 0, 0, 0, 0, NULL, NULL, NULL, NULL }

/** How to delete an object. */
typedef struct coffer_delete_options {
    /** sizeof(coffer_delete_options). */
    size_t struct_size;
    /** Delete only if the object has this ETag; else COFFER_PRECONDITION_FAILED. NULL for any. */
    const char *if_match;
    /** The version to delete; NULL for the current one. */
    const char *version;
} coffer_delete_options;

/** The defaults. */
#define COFFER_DELETE_OPTIONS_INIT { sizeof(coffer_delete_options), NULL, NULL }

/** How to copy or move an object. */
typedef struct coffer_copy_options {
    /** sizeof(coffer_copy_options). */
    size_t struct_size;
    /** Metadata for the copy; NULL keeps that of the source. */
    const coffer_metadata *metadata;
    /** Write only if the target has this ETag; else COFFER_PRECONDITION_FAILED. NULL for any. */
    const char *if_match;
    /** Copy only if the source has this ETag; else COFFER_PRECONDITION_FAILED. NULL for any. */
    const char *if_source_match;
    /** The version of the source; NULL for the current one. */
    const char *source_version;
    /** Not 0: write only if there is no object at the target; else COFFER_ALREADY_EXISTS. */
    int32_t create_only;
    /** Not used; 0. */
    int32_t reserved;
} coffer_copy_options;

/** The defaults. */
#define COFFER_COPY_OPTIONS_INIT { sizeof(coffer_copy_options), NULL, NULL, NULL, NULL, 0, 0 }

/** What to list. Keys come in the order of their bytes. */
typedef struct coffer_list_options {
    /** sizeof(coffer_list_options). */
    size_t struct_size;
    /** Only keys that begin with this; NULL for all. Not a directory: `foo` matches `foobar` too. */
    const char *prefix;
    /** Keys that contain this after the prefix are rolled up into one common beginning; NULL for none. */
    const char *delimiter;
    /** Only keys after this one; NULL for all. */
    const char *start_after;
    /** The most entries in all (coffer_lister_open) or on this page (coffer_store_list_page); 0 for no limit. */
    int64_t limit;
    /** Continues after the page that gave this token; NULL to begin. */
    const char *page_token;
} coffer_list_options;

/** The defaults. */
#define COFFER_LIST_OPTIONS_INIT { sizeof(coffer_list_options), NULL, NULL, NULL, 0, NULL }

/** Which request a presigned URL is for: values of coffer_presign_options.method. */
enum {
    /** Reading. */
    COFFER_PRESIGN_GET = 0,
    /** Writing a whole object. */
    COFFER_PRESIGN_PUT = 1,
    /** Asking for metadata. */
    COFFER_PRESIGN_HEAD = 2,
    /** Deleting. */
    COFFER_PRESIGN_DELETE = 3
};

/** What a presigned URL shall allow. */
typedef struct coffer_presign_options {
    /** sizeof(coffer_presign_options). */
    size_t struct_size;
    /** The request: COFFER_PRESIGN_GET, ... */
    int32_t method;
    /** Not used; 0. */
    int32_t reserved;
    /** How long the URL is good for, in seconds: 1 to 604800 (7 days); 0 for 900. */
    int64_t expires_in;
    /** Headers that the user of the URL must send exactly so, for instance `content-type`. */
    const coffer_pair *headers;
    /** The number of headers. */
    size_t header_count;
    /** Query parameters that become part of the URL, for instance `response-content-disposition`. */
    const coffer_pair *query;
    /** The number of query parameters. */
    size_t query_count;
    /** When the URL begins to be valid, in seconds since 1970; 0 for now. */
    int64_t date;
} coffer_presign_options;

/** The defaults. */
#define COFFER_PRESIGN_OPTIONS_INIT { sizeof(coffer_presign_options), COFFER_PRESIGN_GET, 0, 0, NULL, 0, NULL, 0, 0 }

#endif
