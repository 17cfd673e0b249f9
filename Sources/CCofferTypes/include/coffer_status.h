#ifndef COFFER_TYPES_STATUS_H
#define COFFER_TYPES_STATUS_H

#include <stdint.h>

/** What a call returns: COFFER_OK or one of the codes below. */
typedef int32_t coffer_status;

/** The status codes. A program acts on these; coffer_error says the rest. */
enum {
    /** It worked. */
    COFFER_OK = 0,
    /** No object has that key. */
    COFFER_NOT_FOUND = 1,
    /** The bucket, container or root directory does not exist. */
    COFFER_BUCKET_NOT_FOUND = 2,
    /** Something is there already, and the call asked to create only. */
    COFFER_ALREADY_EXISTS = 3,
    /** A condition of the call (if_match, ...) does not hold. */
    COFFER_PRECONDITION_FAILED = 4,
    /** The object has not changed since the given ETag or time. */
    COFFER_NOT_MODIFIED = 5,
    /** The credentials are known and do not allow this. */
    COFFER_PERMISSION_DENIED = 6,
    /** There are no credentials, or the service does not accept them. */
    COFFER_UNAUTHENTICATED = 7,
    /** The key cannot be a key, here or on this driver. */
    COFFER_INVALID_KEY = 8,
    /** An argument is out of its range, does not fit the others, or is NULL where it must not be. */
    COFFER_INVALID_ARGUMENT = 9,
    /** The configuration of a store is wrong. */
    COFFER_INVALID_CONFIGURATION = 10,
    /** The driver cannot do this. */
    COFFER_UNSUPPORTED = 11,
    /** The range lies outside of the object. */
    COFFER_RANGE_NOT_SATISFIABLE = 12,
    /** What was received is not what was sent. */
    COFFER_CHECKSUM_MISMATCH = 13,
    /** Another writer was in the way; the call may be made again. */
    COFFER_CONFLICT = 14,
    /** The service asks to slow down. */
    COFFER_RATE_LIMITED = 15,
    /** It took longer than it may. */
    COFFER_TIMEOUT = 16,
    /** The caller cancelled it. */
    COFFER_CANCELLED = 17,
    /** No connection could be made, or it broke. */
    COFFER_CONNECTION_FAILED = 18,
    /** The operating system reported an error. */
    COFFER_IO = 19,
    /** The service's answer makes no sense. */
    COFFER_INVALID_RESPONSE = 20,
    /** It is larger than the driver, the memory or the given buffer can hold. */
    COFFER_TOO_LARGE = 21,
    /** The store, reader, writer or lister has been closed, finished, aborted or freed. */
    COFFER_CLOSED = 22,
    /** A fault of the library itself, or one that it does not know. */
    COFFER_INTERNAL = 23
};

#endif
