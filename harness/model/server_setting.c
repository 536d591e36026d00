#include "model/server_setting.h"

#include <assert.h>

#define STANDARD_USERS                                                                             \
    "alice secret-a\nbob secret-b\n"                                                               \
    "m01 secret-m01\nm02 secret-m02\nm03 secret-m03\nm04 secret-m04\nm05 secret-m05\n"             \
    "m06 secret-m06\nm07 secret-m07\nm08 secret-m08\nm09 secret-m09\nm10 secret-m10\n"             \
    "m11 secret-m11\nm12 secret-m12\nm13 secret-m13\nm14 secret-m14\nm15 secret-m15\n"             \
    "m16 secret-m16\nm17 secret-m17\nm18 secret-m18\nm19 secret-m19\nm20 secret-m20\n"             \
    "m21 secret-m21\nm22 secret-m22\nm23 secret-m23\nm24 secret-m24"

enum { MANY = 1000 };

// clang-format off
static const struct server_setting_row rows[] = {
    /* name, shape, words, text, list, standard, help */
    {"profile", "rfc5321, rfc821 or minimal", 1, 1, false, false, "rfc5321",
     "what the server is: today's, that of 1982, or one with only what RFC 5321 4.5.1 demands"},
    {"hostname", "NAME", 1, 1, false, false, "mx.example.test", "what the server calls itself"},
    {"greeting", "TEXT", 1, 1, true, false, NULL, "text of the SMTP greeting behind 220"},
    {"texts", "mailspec, postfix, exim or sendmail", 1, 1, false, false, "mailspec",
     "the texts of SMTP replies are those that this server is known for; codes stay as they are"},
    {"pop3-greeting", "TEXT", 1, 1, true, false, NULL, "text of the POP3 greeting behind +OK"},
    {"nonce", "<TIMESTAMP>", 1, 1, false, false, NULL, "timestamp of every POP3 greeting, for APOP; else each has its own"},
    {"domain", "NAME", 1, 1, false, true, "example.test", "a domain that mail is taken for"},
    {"user", "NAME SECRET [ADDRESS]", 2, 3, false, true, STANDARD_USERS,
     "a user with a maildrop; without address NAME at the first domain"},
    {"alias", "NAME ADDRESS", 2, 2, false, true, NULL, "another name of a mailbox"},
    {"list", "NAME ADDRESS ...", 2, MANY, false, true, NULL, "a mailing list and its members; what it sends on has the reverse-path of the postmaster"},
    {"forward", "ADDRESS NEW-ADDRESS", 2, 2, false, true, NULL, "251: mail for ADDRESS is taken, for NEW-ADDRESS"},
    {"moved", "ADDRESS NEW-ADDRESS", 2, 2, false, true, NULL, "551: mail for ADDRESS is refused, NEW-ADDRESS told"},
    {"full", "NAME", 1, 1, false, true, NULL, "a user whose maildrop is full: 452"},
    {"locked", "NAME", 1, 1, false, true, NULL, "a user whose mailbox is busy: 450, and -ERR [IN-USE] at login"},
    {"ambiguous", "NAME", 1, 1, false, true, NULL, "a name that several users may have: VRFY says 553"},
    {"refuse", "VERB CODE [TEXT]", 2, MANY, false, true, NULL,
     "a command that is always refused: of SMTP with 4yz or 5yz, of POP3 with -ERR for CODE; VERB . is the end of message data, greeting that of SMTP"},
    {"seed", "NUMBER", 1, 1, false, false, NULL, "of what reply leaves to chance; without it one is chosen and printed"},
    {"reply", "STAGE=REPLY", 1, MANY, false, true, NULL, "what is answered at a stage, and when"},
    {"key-words", "yes or no", 1, 1, false, false, "yes", "addresses such as rcpt+452@example.test say what is answered"},
    {"wire-fault", "NAME@STAGE", 1, 1, false, true, NULL, "what is wrong with the octets of a reply; the same as --fault NAME@STAGE"},
    {"sweep", "CODES[@STAGES]", 1, 1, false, false, NULL, "one reply at one stage for each connection, all of them in turn: 200-599, smtp, odd, pop3, all"},
    {"relay", "refuse or store", 1, 1, false, false, "refuse",
     "mail for other domains: 550, or kept in the store; it is sent on at TURN only"},
    {"unknown", "refuse or take", 1, 1, false, false, "refuse",
     "mail for those who are not there: 550, or put into the first user's maildrop"},
    {"login", "check or any", 1, 1, false, false, "check",
     "POP3 login: name and secret must be right, or any do"},
    {"offer", "KEYWORD ...", 1, MANY, false, true, NULL, "the SMTP extensions; without it those of the profile"},
    {"hide", "KEYWORD ...", 1, MANY, false, true, NULL, "SMTP extensions that are not there after all"},
    {"capa", "KEYWORD ...", 1, MANY, false, true, NULL, "the POP3 capabilities; without it all"},
    {"hide-capa", "KEYWORD ...", 1, MANY, false, true, NULL, "POP3 capabilities that are not there after all"},
    {"vrfy", "check, 252 or 502", 1, 1, false, false, "check", "answers to VRFY"},
    {"expn", "check, 252 or 502", 1, 1, false, false, "check", "answers to EXPN"},
    {"send", "mail, 450 or 502", 1, 1, false, false, "502",
     "SEND, SOML and SAML of RFC 821: they work as MAIL, or SEND finds nobody at a terminal, or they are not there"},
    {"turn", "250, 502 or 503", 1, 1, false, false, "502",
     "TURN of RFC 821; with 250 the server sends the mail that it keeps for others"},
    {"no-recipients", "503, 554 or 354", 1, 1, false, false, "503",
     "answer to DATA when no recipient was accepted; with 354 the data is read, and refused with 554"},
    {"max-message", "OCTETS", 1, 1, false, false, "32M", "most octets of a message, also said by SIZE"},
    {"max-maildrop", "OCTETS", 1, 1, false, false, "64M", "most octets of a maildrop; 452 beyond"},
    {"max-store", "OCTETS", 1, 1, false, false, "1G", "most octets of all maildrops; 452 beyond"},
    {"max-recipients", "NUMBER", 1, 1, false, false, "1000", "most recipients of a transaction; 452 beyond"},
    {"max-line", "OCTETS", 1, 1, false, false, "2048", "most octets of a command line with CRLF; 500 beyond"},
    {"max-text-line", "OCTETS", 1, 1, false, false, "0", "most octets of a line of a message with CRLF, 0: no limit; 554 beyond"},
    {"max-errors", "NUMBER", 1, 1, false, false, "0", "421 and an end behind so many refused commands, 0: never"},
    {"max-connections", "NUMBER", 1, 1, false, false, "12000", "connections at a time; 421 to others"},
    {"idle", "TIME", 1, 1, false, false, "5m", "421 after so long without a command; POP3: twice as long"},
    {"keep", "all, newest or none", 1, 1, false, false, "all",
     "a full maildrop refuses mail, or loses its oldest; or mail is taken and thrown away"},
    {"bare-line-ends", "refuse or take", 1, 1, false, false, "refuse",
     "a message with a CR or LF that stands alone: 554, or taken as it is"},
    {"envelope-to", "yes or no", 1, 1, false, false, "no",
     "put a field Envelope-To: with the forward-paths before each message"},
    {"login-delay", "SECONDS", 1, 1, false, false, "0", "POP3: least time between logins of one user (RFC 2449 6.5)"},
    {"expire", "DAYS or NEVER", 1, 1, false, false, "NEVER", "POP3: how long messages are kept (RFC 2449 6.7)"},
    {"language", "en, de or fr", 1, 1, false, true, "en",
     "a language of the POP3 responses (RFC 6856); a session begins in the first"},
    {"starttls", "yes or no", 1, 1, false, false, "no", "offer STARTTLS (RFC 3207) and STLS (RFC 2595)"},
    {"auth", "MECHANISM ... or none", 1, MANY, false, false, "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER",
     "the mechanisms of AUTH (RFC 4954); EXTERNAL is offered to clients that have shown a certificate"},
    {"lmtp-auth", "MECHANISM ... or none", 1, MANY, false, false, "none", "the same of LMTP"},
    {"pop3-auth", "MECHANISM ... or none", 1, MANY, false, false, "none", "the same of POP3 (RFC 5034)"},
    {"auth-needs-tls", "no, yes or plain", 1, 1, false, false, "no",
     "no login before TLS: 504, or -ERR; plain: none that tells the secret"},
    {"mail-needs-auth", "yes or no", 1, 1, false, false, "no", "530 to MAIL before AUTH"},
    {"mail-needs-tls", "yes or no", 1, 1, false, false, "no", "530 before TLS to all commands but EHLO, NOOP, STARTTLS and QUIT (RFC 3207 4)"},
    {"certificate", "FILE", 1, 1, true, false, NULL,
     "PEM: the certificate of the server and the chain to its authority; without it one is made"},
    {"key", "FILE", 1, 1, true, false, NULL, "PEM: the key of the certificate; without it, it is in the file of the certificate"},
    {"certificate-kind", "good, expired, not-yet-valid, other-name, common-name-only-right, self-signed, broken-chain or wildcard", 1, 1, false, false, "good",
     "what the certificate that is made is like"},
    {"tls-min", "1.0, 1.1, 1.2, 1.3 or any", 1, 1, false, false, "any", "the oldest version of TLS that is spoken"},
    {"tls-max", "1.0, 1.1, 1.2, 1.3 or any", 1, 1, false, false, "any", "the newest version of TLS that is spoken"},
    {"tls-ciphers", "LIST", 1, 1, true, false, NULL, "the ciphers of TLS 1.2 and older, as OpenSSL writes them"},
    {"tls-client-certificate", "yes or no", 1, 1, false, false, "no", "ask the client for a certificate; it may go on without one"},
    {"tls-disturb", "nothing, garbage, cut OCTETS or no-close-notify", 1, 2, false, false, "nothing",
     "octets that are no TLS, a connection closed in the handshake behind so many octets, or an end without close_notify"},
};
// clang-format on

static_assert(sizeof rows / sizeof rows[0] == SETTING_COUNT, "a row for each setting");

const struct server_setting_row *server_setting_row(enum server_setting setting)
{
    return &rows[setting];
}

bool server_setting_find(struct bytes name, enum server_setting *setting_r)
{
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (bytes_is_nocase(name, rows[i].name)) {
            *setting_r = (enum server_setting)i;
            return true;
        }
    }
    return false;
}

bool server_setting_has_shape(const struct server_setting_row *row, struct bytes value)
{
    struct bytes word;
    size_t count = 0;
    while (bytes_next_word(&value, &word)) {
        count++;
    }
    return row->is_text ? count > 0 : count >= row->least && count <= row->most;
}
