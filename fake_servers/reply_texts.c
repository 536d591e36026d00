#include "fake_servers/reply_texts.h"

// clang-format off
static const struct reply_text rows[] = {
    {211, "2.0.0",  "System status, or system help reply",                        false, "RFC 5321 4.2.3"},
    {214, "2.0.0",  "Help message",                                               false, "RFC 5321 4.2.3"},
    {220, "2.0.0",  "Service ready",                                              true,  "RFC 5321 4.2.3"},
    {221, "2.0.0",  "Service closing transmission channel",                       true,  "RFC 5321 4.2.3"},
    {235, "2.7.0",  "Authentication succeeded",                                   false, "RFC 4954 6"},
    {250, "2.0.0",  "Requested mail action okay, completed",                      false, "RFC 5321 4.2.3"},
    {251, "2.1.5",  "User not local; will forward",                               false, "RFC 5321 4.2.3"},
    {252, "2.5.0",  "Cannot VRFY user, but will accept message and attempt delivery", false, "RFC 5321 4.2.3"},
    {253, "2.5.0",  "OK, 1 pending message started",                              false, "RFC 1985 5.1"},
    {334, NULL,     "",                                                           false, "RFC 4954 4"},
    {354, NULL,     "Start mail input; end with <CRLF>.<CRLF>",                   false, "RFC 5321 4.2.3"},
    {421, "4.3.2",  "Service not available, closing transmission channel",        true,  "RFC 5321 4.2.3"},
    {422, "4.7.12", "A password transition is needed",                            false, "RFC 5248 2.4"},
    {432, "4.7.12", "A password transition is needed",                            false, "RFC 4954 6"},
    {450, "4.2.0",  "Requested mail action not taken: mailbox unavailable",       false, "RFC 5321 4.2.3"},
    {451, "4.3.0",  "Requested action aborted: local error in processing",        false, "RFC 5321 4.2.3"},
    {452, "4.3.1",  "Requested action not taken: insufficient system storage",    false, "RFC 5321 4.2.3"},
    {453, "4.3.2",  "You have no mail",                                           false, "RFC 2645 7"},
    {454, "4.7.0",  "Temporary authentication failure",                           false, "RFC 4954 6"},
    {455, "4.5.4",  "Server unable to accommodate parameters",                    false, "RFC 5321 4.2.3"},
    {458, "4.5.0",  "Unable to queue messages for node",                          false, "RFC 1985 5.1"},
    {459, "4.5.0",  "Node not allowed",                                           false, "RFC 1985 5.1"},
    {500, "5.5.2",  "Syntax error, command unrecognized",                         false, "RFC 5321 4.2.3"},
    {501, "5.5.4",  "Syntax error in parameters or arguments",                    false, "RFC 5321 4.2.3"},
    {502, "5.5.1",  "Command not implemented",                                    false, "RFC 5321 4.2.3"},
    {503, "5.5.1",  "Bad sequence of commands",                                   false, "RFC 5321 4.2.3"},
    {504, "5.5.4",  "Command parameter not implemented",                          false, "RFC 5321 4.2.3"},
    {521, "5.3.2",  "Host does not accept mail",                                  true,  "RFC 7504 3"},
    {523, "5.7.10", "Encryption needed",                                          false, "RFC 5248 2.4"},
    {524, "5.7.11", "Encryption required for requested authentication mechanism", false, "RFC 5248 2.4"},
    {525, "5.7.13", "User account disabled",                                      false, "RFC 5248 2.4"},
    {530, "5.7.0",  "Authentication required",                                    false, "RFC 4954 6"},
    {533, "5.7.1",  "Delivery not authorized",                                    false, "RFC 5248 2.4"},
    {534, "5.7.9",  "Authentication mechanism is too weak",                       false, "RFC 4954 6"},
    {535, "5.7.8",  "Authentication credentials invalid",                         false, "RFC 4954 6"},
    {538, "5.7.11", "Encryption required for requested authentication mechanism", false, "RFC 4954 6"},
    {550, "5.1.1",  "Requested action not taken: mailbox unavailable",            false, "RFC 5321 4.2.3"},
    {551, "5.1.6",  "User not local; please try another address",                 false, "RFC 5321 4.2.3"},
    {552, "5.2.2",  "Requested mail action aborted: exceeded storage allocation", false, "RFC 5321 4.2.3"},
    {553, "5.1.3",  "Requested action not taken: mailbox name not allowed",       false, "RFC 5321 4.2.3"},
    {554, "5.0.0",  "Transaction failed",                                         false, "RFC 5321 4.2.3"},
    {555, "5.5.4",  "MAIL FROM/RCPT TO parameters not recognized or not implemented", false, "RFC 5321 4.2.3"},
    {556, "5.1.10", "Recipient address has null MX",                              false, "RFC 7504 4"},
};
// clang-format on

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* RFC 3463 3.2: what is about the sender's address, and what about the recipient's. */
static const struct {
    unsigned code;
    enum stage stage;
    const char *status;
} of_stages[] = {
    {250, STAGE_MAIL,        "2.1.0"},
    {250, STAGE_RCPT,        "2.1.5"},
    {450, STAGE_MAIL,        "4.1.8"},
    {452, STAGE_RCPT,        "4.2.2"},
    {550, STAGE_MAIL,        "5.7.1"},
    {550, STAGE_END_OF_DATA, "5.7.1"},
    {552, STAGE_END_OF_DATA, "5.3.4"},
    {553, STAGE_MAIL,        "5.1.7"},
    {554, STAGE_END_OF_DATA, "5.6.0"},
};

const struct reply_text *reply_text_at(size_t i)
{
    return i < ROW_COUNT ? &rows[i] : NULL;
}

const struct reply_text *reply_text_find(unsigned code)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].code == code) {
            return &rows[i];
        }
    }
    return NULL;
}

const char *reply_text_status(const struct reply_text *row, enum stage stage)
{
    for (size_t i = 0; i < sizeof of_stages / sizeof of_stages[0]; i++) {
        if (of_stages[i].code == row->code && of_stages[i].stage == stage) {
            return of_stages[i].status;
        }
    }
    return row->status;
}

const char *reply_text_odd_code(size_t i)
{
    static const char *const codes[] = {"258", "359", "449", "559", "260", "299",  "399", "499",
                                        "599", "000", "199", "600", "25",  "2500", ""};
    return codes[i];
}
