/*
 * Why a session of TLS failed, in words.
 *
 * The library leaves a queue of errors behind, and alerts come by its info callback. A peer's alert says more than what the
 * library makes of it, and a certificate that was refused more than "certificate verify failed".
 */
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <stdio.h>

#include "base/escape.h"
#include "net/tls_internal.h"

static const struct {
    int reason;
    const char *text;
} known[] = {
    {SSL_R_WRONG_VERSION_NUMBER,                "what the peer sent is not TLS"                               },
    {SSL_R_WRONG_SSL_VERSION,                   "what the peer sent is not TLS"                               },
    {SSL_R_HTTP_REQUEST,                        "what the peer sent is HTTP, not TLS"                         },
    {SSL_R_HTTPS_PROXY_REQUEST,                 "what the peer sent is HTTP, not TLS"                         },
    {SSL_R_UNEXPECTED_MESSAGE,                  "the peer sent a TLS message that has no place there"         },
    {SSL_R_UNSUPPORTED_PROTOCOL,                "there is no version of TLS that both sides allow"            },
    {SSL_R_VERSION_TOO_LOW,                     "there is no version of TLS that both sides allow"            },
    {SSL_R_VERSION_TOO_HIGH,                    "there is no version of TLS that both sides allow"            },
    {SSL_R_NO_PROTOCOLS_AVAILABLE,              "no version of TLS is left that both the library and we allow"},
    {SSL_R_NO_SHARED_CIPHER,                    "there is no cipher that both sides allow"                    },
    {SSL_R_NO_CIPHERS_AVAILABLE,                "the cipher list has no cipher for these versions of TLS"     },
    {SSL_R_RECORD_TOO_SMALL,                    "the peer sent a TLS record that is too short"                },
    {SSL_R_PACKET_LENGTH_TOO_LONG,              "the peer sent a TLS record that is too long"                 },
    {SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC,
     "the peer sent a TLS record that cannot be decrypted"                                                    },
};

/* Alerts of RFC 8446 6.2 and RFC 7507 that the library has no name for. */
static const struct {
    int number;
    const char *name;
} unnamed_alerts[] = {
    {SSL_AD_INAPPROPRIATE_FALLBACK, "inappropriate fallback"},
    {SSL_AD_MISSING_EXTENSION,      "missing extension"     },
    {SSL_AD_CERTIFICATE_REQUIRED,   "certificate required"  },
};

static const char *alert_name(int number)
{
    for (size_t i = 0; i < sizeof unnamed_alerts / sizeof unnamed_alerts[0]; i++) {
        if (unnamed_alerts[i].number == number) {
            return unnamed_alerts[i].name;
        }
    }
    return SSL_alert_desc_string_long(number);
}

static const char *reason_of(unsigned long error)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == known[i].reason) {
            return known[i].text;
        }
    }
    const char *text = error != 0 ? ERR_reason_error_string(error) : NULL;
    return text != NULL ? text : "the TLS library does not say why";
}

const char *tls_failure_reason(void)
{
    unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    return reason_of(error);
}

/* Most often it is clear text, which says what speaks there. */
static void not_tls(const struct tls_watch *watch, unsigned long error, char *text_r, size_t size)
{
    struct buf shown = {0};
    escape_append(&shown, bytes_make(watch->beginning, watch->beginning_n), 0);
    snprintf(text_r, size, "%s: \"%s\"", reason_of(error), buf_text(&shown));
    buf_deinit(&shown);
}

static bool is_reason(unsigned long error, int reason)
{
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == reason;
}

static bool is_no_tls(unsigned long error)
{
    return is_reason(error, SSL_R_WRONG_VERSION_NUMBER) ||
           is_reason(error, SSL_R_WRONG_SSL_VERSION);
}

static bool is_http(unsigned long error)
{
    return is_reason(error, SSL_R_HTTP_REQUEST) || is_reason(error, SSL_R_HTTPS_PROXY_REQUEST);
}

/* "the certificate has expired, is not for NAME" */
static void refusal(const struct tls_facts *facts, char *text_r, size_t size)
{
    char name[TLS_NAME_SIZE + 16] = "";
    bool wrong = facts->checked_name[0] != '\0' && !facts->name_matches;
    if (wrong) {
        snprintf(name, sizeof name, " it is not for %.200s;", facts->checked_name);
    }
    snprintf(
        text_r, size, "the certificate was refused:%s%s%s%s%s", name,
        facts->expired ? " it has expired;" : "",
        facts->not_yet_valid ? " it is not valid yet;" : "",
        facts->trusted ? "" : " it is not trusted: ", facts->trusted ? "" : facts->trust_failure);
    size_t end = bytes_of(text_r).n;
    if (end > 0 && text_r[end - 1] == ';') {
        text_r[end - 1] = '\0';
    }
}

void tls_failure_text(struct tls_watch *watch, char *text_r, size_t size)
{
    unsigned long error = ERR_peek_error(); /* the first: what came behind it follows from it */
    ERR_clear_error();
    watch->not_tls = is_no_tls(error) || is_http(error);
    if (watch->alert_received != TLS_NO_ALERT) {
        bool asked = watch->facts != NULL && watch->facts->asked_certificate &&
                     !watch->facts->showed_certificate;
        snprintf(text_r, size, "the peer sent the alert \"%s\" (%d)%s",
                 alert_name(watch->alert_received), watch->alert_received,
                 asked ? "; it had asked for a certificate, and we have none for it" : "");
    } else if (watch->verify && watch->facts != NULL && watch->facts->has_certificate &&
               !tls_facts_are_good(watch->facts)) {
        refusal(watch->facts, text_r, size);
    } else if (is_no_tls(error) && watch->beginning_n > 0) {
        not_tls(watch, error, text_r, size);
    } else if (watch->alert_sent != TLS_NO_ALERT) {
        snprintf(text_r, size, "%s; we sent the alert \"%s\" (%d)", reason_of(error),
                 alert_name(watch->alert_sent), watch->alert_sent);
    } else {
        snprintf(text_r, size, "%s", reason_of(error));
    }
}

void tls_failure_watch(const SSL *ssl, int where, int value)
{
    struct tls_watch *watch = SSL_get_app_data(ssl);
    int number = value & 0xff;
    bool fatal = value >> 8 == SSL3_AL_FATAL || SSL_version(ssl) == TLS1_3_VERSION;
    bool counts = fatal && number != SSL_AD_CLOSE_NOTIFY && number != SSL_AD_USER_CANCELLED;
    if (watch == NULL || (where & SSL_CB_ALERT) == 0 || !counts) {
        return;
    }
    if ((where & SSL_CB_READ) != 0) {
        watch->alert_received = number;
    } else {
        watch->alert_sent = number;
    }
}
