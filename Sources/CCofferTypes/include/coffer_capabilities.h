#ifndef COFFER_TYPES_CAPABILITIES_H
#define COFFER_TYPES_CAPABILITIES_H

/** What coffer_store_capability() can be asked. Up to 999: whether the store can do it (1 or 0); from 1000 on: a limit. */
enum {
    /** Reads take if_match and if_none_match. */
    COFFER_CAN_READ_IF_MATCH = 0,
    /** Reads take if_modified_since and if_unmodified_since. */
    COFFER_CAN_READ_IF_MODIFIED = 1,
    /** Writes take create_only, atomically. */
    COFFER_CAN_CREATE_ONLY = 2,
    /** Writes take if_match, atomically. */
    COFFER_CAN_COMPARE_AND_SWAP = 3,
    /** Deletes take if_match, atomically. */
    COFFER_CAN_DELETE_IF_MATCH = 4,
    /** The content type is kept. */
    COFFER_CAN_CONTENT_TYPE = 5,
    /** The other standard headers of coffer_metadata are kept. */
    COFFER_CAN_CONTENT_HEADERS = 6,
    /** The user's own pairs are kept. */
    COFFER_CAN_USER_METADATA = 7,
    /** Versions can be read and deleted. */
    COFFER_CAN_VERSIONS = 8,
    /** Listings take a delimiter other than `/`. */
    COFFER_CAN_ANY_DELIMITER = 9,
    /** Copies within the service take create_only; without this, such copies pass through the client. */
    COFFER_CAN_COPY_CREATE_ONLY = 10,
    /** Copies within the service take if_source_match; without this, such copies pass through the client. */
    COFFER_CAN_COPY_IF_SOURCE_MATCH = 11,
    /** There are presigned requests. */
    COFFER_CAN_PRESIGN = 12,
    /** Objects are copied without passing through the client. */
    COFFER_CAN_COPY = 13,
    /** Objects are moved in one step. */
    COFFER_CAN_MOVE = 14,
    /** The driver takes objects as a stream of unknown length. (Writers work on every driver.) */
    COFFER_CAN_STREAMING_WRITE = 15,
    /** The driver takes objects in parts. */
    COFFER_CAN_MULTIPART = 16,
    /** The driver deletes many objects in one request. */
    COFFER_CAN_BATCH_DELETE = 17,
    /** Copies within the service take if_match; without this, such copies pass through the client. */
    COFFER_CAN_COPY_COMPARE_AND_SWAP = 18,
    /** Copies within the service take new metadata; without this, such copies pass through the client. */
    COFFER_CAN_COPY_METADATA = 19,
    /** Writes take a checksum, and reads can be required to be verified. */
    COFFER_CAN_CHECKSUMS = 21,
    /** The longest key in bytes. */
    COFFER_MAX_KEY_BYTES = 1000,
    /** The largest object in bytes. */
    COFFER_MAX_OBJECT_SIZE = 1001,
    /** The largest object in bytes that is stored by one request. */
    COFFER_MAX_PUT_SIZE = 1002,
    /** From this size on, in bytes, an upload is split into parts. */
    COFFER_MULTIPART_THRESHOLD = 1003,
    /** The part size in bytes that the driver prefers. */
    COFFER_PART_SIZE = 1004,
    /** The smallest part in bytes; the last one may be smaller. */
    COFFER_MIN_PART_SIZE = 1005,
    /** The largest part in bytes. */
    COFFER_MAX_PART_SIZE = 1006,
    /** The most parts of an upload. */
    COFFER_MAX_PARTS = 1007,
    /** How many parts are sent at the same time if the caller does not say. */
    COFFER_PART_CONCURRENCY = 1008,
    /** The most keys that are deleted by one request. */
    COFFER_MAX_BATCH_DELETE = 1009,
    /** The most entries of a page of a listing. */
    COFFER_MAX_PAGE_SIZE = 1010
};

#endif
