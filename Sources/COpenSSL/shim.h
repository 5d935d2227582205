// libssl and libcrypto as Swift sees them. Function-like macros are invisible to Swift: each one that
// is needed gets a one-line wrapper here, named after the macro without its underscores' shouting.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
