#ifndef COFFER_TYPES_VERSION_H
#define COFFER_TYPES_VERSION_H

/** The version that this header belongs to; coffer_version() tells that of the library. */
#define COFFER_VERSION "0.1.0"
/** The version as one number: major * 1000000 + minor * 1000 + patch. */
#define COFFER_VERSION_NUMBER 1000

#endif
