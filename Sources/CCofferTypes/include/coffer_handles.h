#ifndef COFFER_TYPES_HANDLES_H
#define COFFER_TYPES_HANDLES_H

// The one private member makes Swift print the type's name; the public header leaves these types incomplete.

/** A store: a driver, opened and configured. Freed by coffer_store_free(). */
typedef struct coffer_store { void *private_; } coffer_store;

/** An object that is being read as a stream. Freed by coffer_reader_free(). */
typedef struct coffer_reader { void *private_; } coffer_reader;

/** An object that is being written as a stream. Freed by coffer_writer_free(), which publishes nothing. */
typedef struct coffer_writer { void *private_; } coffer_writer;

/** A listing that is fetched page by page. Freed by coffer_lister_free(). */
typedef struct coffer_lister { void *private_; } coffer_lister;

#endif
