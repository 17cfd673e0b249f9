/*
 * coffer.h: one API over object stores, file systems and memory.
 *
 * HOW TO USE IT
 *
 *   A store is opened by a URL that names its driver; everything else is the same whichever driver stands behind it.
 *
 *       coffer_store *store = NULL;
 *       coffer_error *error = NULL;
 *       coffer_buffer *bytes = NULL;
 *
 *       if (coffer_store_open("s3://my-bucket/backups?region=eu-central-1", NULL, &store, &error) != COFFER_OK)
 *           goto failed;
 *       if (coffer_store_put(store, "greeting.txt", "hello", 5, NULL, NULL, &error) != COFFER_OK)
 *           goto failed;
 *       if (coffer_store_get(store, "greeting.txt", NULL, &bytes, NULL, &error) != COFFER_OK)
 *           goto failed;
 *       fwrite(bytes->data, 1, bytes->size, stdout);
 *       coffer_buffer_free(bytes);
 *       coffer_store_free(store);
 *       return 0;
 *
 *     failed:
 *       fprintf(stderr, "%s\n", error->description);
 *       coffer_error_free(error);
 *       coffer_store_free(store);
 *       return 1;
 *
 *   Compile with `cc program.c $(pkg-config --cflags --libs coffer)`. bindings/c/example.c shows the rest.
 *
 * CALLS
 *
 *   A call returns a status, COFFER_OK (0) or what went wrong, and gives its results through pointers. These come last
 *   but one, and are set to NULL or 0 first, so that after a failure there is nothing to free. A result that is not
 *   wanted may be asked for with NULL where its description says "may be NULL".
 *
 *   The last parameter is always `coffer_error **error`. It may be NULL. If it is not, *error is set to NULL at the
 *   beginning of the call, and to an error, which the caller frees with coffer_error_free(), if and only if the status
 *   is not COFFER_OK.
 *
 *   Options are a struct that begins with its own size; NULL means the default for everything. Initialise it with its
 *   macro and set what you want:
 *
 *       coffer_write_options options = COFFER_WRITE_OPTIONS_INIT;
 *       options.create_only = 1;
 *
 *   A driver that cannot do what an option asks for fails with COFFER_UNSUPPORTED: no option is ever ignored.
 *
 *   Texts are UTF-8 and end with NUL. A key is kept exactly as it is given. Texts and bytes that are passed in belong to
 *   the caller and are not used after the call has returned, unless the call's description says otherwise.
 *
 * OWNERSHIP
 *
 *   There are two kinds of things, and each has a function to free it that accepts NULL:
 *
 *   - Handles: coffer_store, coffer_reader, coffer_writer, coffer_lister. A handle is a name, not an address: there is
 *     nothing to see at it, and only this library can make one. A call on a handle that has been freed, on NULL, on a
 *     handle of another kind or on any other pointer fails and does no harm; freeing it again does nothing.
 *   - Results: coffer_error, coffer_buffer, coffer_info, coffer_list_page and the like. They are memory that holds one
 *     struct and everything that it points to; all of that stays valid and unchanged until the result is freed. Free
 *     a result once, as with free(). Results do not depend on the store: they may outlive it.
 *
 *   Where a result is only lent, its description says until when.
 *
 * THREADS
 *
 *   A store may be used from any number of threads at the same time. A reader, writer or lister may be passed from
 *   thread to thread, but takes one call at a time: a second one fails with COFFER_INVALID_ARGUMENT. A result may be read
 *   from any number of threads. A call does its work on the calling thread and blocks until it is done; network
 *   connections are driven by threads of the library, which block all signals.
 *
 * FORK
 *
 *   After fork() both processes may go on using a store: the child makes its own threads and connections when it first
 *   needs them. Readers, writers and listers belong to the process that opened them; in the child free them, and open
 *   new ones. (A memory store is copied by fork() like all memory: each process then has its own.)
 *
 * STABILITY
 *
 *   Symbols, constants and the fields of structs keep their meaning and place for as long as the SONAME stays the same.
 *   Structs that begin with struct_size may get further fields at the end: the library reads of an option struct what
 *   the caller's struct_size says is there, and sets struct_size of a result to what it has filled in. Arrays in results
 *   are arrays of pointers where their elements may grow. New functions and status codes may be added: treat a status
 *   that you do not know as COFFER_INTERNAL.
 */
