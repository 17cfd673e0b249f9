// OpenSSL's TLS. Much of it is macros, which Swift cannot call: one function for each that is used.
#ifndef COFFER_TLS_SHIM_H
#define COFFER_TLS_SHIM_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline void coffer_tls_context_set_up(SSL_CTX *context, size_t read_buffer) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    // A write may take a part, and may be repeated from memory that has moved.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, read_buffer);
}
static inline long coffer_tls_set_server_name(SSL *tls, const char *name) {
    return SSL_set_tlsext_host_name(tls, (char *)name);
}

#endif
