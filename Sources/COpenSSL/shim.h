// libssl and libcrypto as Swift sees them. Function-like macros are invisible to Swift: each one that
// is needed gets a one-line wrapper here, named after the macro without its underscores' shouting.
#pragma once

#include <openssl/bio.h>
#include <openssl/cryptoerr_legacy.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/sslerr_legacy.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

static inline int ERR_get_library(unsigned long code) { return ERR_GET_LIB(code); }
static inline int ERR_get_reason(unsigned long code) { return ERR_GET_REASON(code); }

static inline void bio_clear_retry_flags(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

static inline long ssl_ctx_set_min_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline long ssl_ctx_set_mode(SSL_CTX *context, long mode) { return SSL_CTX_set_mode(context, mode); }
static inline long ssl_ctx_set_read_ahead(SSL_CTX *context, long on) { return SSL_CTX_set_read_ahead(context, on); }
static inline long ssl_ctx_set_session_cache_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_session_cache_mode(context, mode);
}
static inline long ssl_ctx_set_max_cert_list(SSL_CTX *context, long bytes) {
    return SSL_CTX_set_max_cert_list(context, bytes);
}
static inline long ssl_ctx_set1_groups_list(SSL_CTX *context, const char *list) {
    return SSL_CTX_set1_groups_list(context, list);
}
static inline long ssl_set_tlsext_host_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
static inline long ssl_get_negotiated_group(SSL *ssl) { return SSL_get_negotiated_group(ssl); }
static inline int ssl_set_app_data(SSL *ssl, void *data) { return SSL_set_app_data(ssl, data); }
static inline void *ssl_get_app_data(const SSL *ssl) { return SSL_get_app_data(ssl); }

// Options are 64-bit expressions, which Swift does not import as constants.
static inline void ssl_ctx_refuse_compression_and_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
}

// The words of the libraries that a handshake and a certificate go through. Where they were left out at the start, each
// library's own function is what still loads them; the providers have none.
static inline void err_load_reasons(void) {
    ERR_load_ERR_strings();
    ERR_load_SSL_strings();
    ERR_load_ASN1_strings();
    ERR_load_BIO_strings();
    ERR_load_BN_strings();
    ERR_load_CRYPTO_strings();
    ERR_load_EC_strings();
    ERR_load_EVP_strings();
    ERR_load_OBJ_strings();
    ERR_load_PEM_strings();
    ERR_load_RAND_strings();
    ERR_load_RSA_strings();
    ERR_load_X509_strings();
    ERR_load_X509V3_strings();
}
