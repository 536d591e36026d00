/* Every mechanism, with its initial response or without, cancelled, ahead of its time, refused: what gives a secret away stands nowhere. */
#include "base/base64.h"
#include "record/redact.h"
#include "unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define M REDACT_MARK
#define C SIDE_CLIENT
#define S SIDE_SERVER

/* The users of RFC 5034 and RFC 2195, of RFC 1939, and "pencil" of RFC 5802. */
static const char *const secrets[] = {"tanstaaftanstaaf", "tanstaaf", "pencil"};

struct turn {
    enum side side;
    const char *octets;
    const char *shown;
};

struct row {
    const char *name;
    enum protocol protocol;
    struct turn turns[10];
};

#define SMTP PROTOCOL_SMTP
#define POP3 PROTOCOL_POP3
#define SAME(side, text)                                                                           \
    {                                                                                              \
        side, text, text                                                                           \
    }

/* SCRAM-SHA-1 of RFC 5802 section 5; the server's messages in base64. */
#define SERVER_FIRST                                                                               \
    "cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5" \
    "Ng=="
#define CLIENT_FINAL                                                                               \
    "Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBDSkdi" \
    "SlF5RjBYK0hJNFRzPQ=="
#define SERVER_FINAL "dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9"

static const struct row rows[] = {
    {"an unknown command after the login is none",
     SMTP,                                                                  {{C, "AUTH PLAIN AGJvYgBub3QgbGlzdGVkIQ==\r\n", "AUTH PLAIN " M "\r\n"},
      SAME(S, "235 ok\r\n"),
      SAME(C, "UNKNOWNCOMMAND\r\n")}                                                                                     },
    {"nor one behind another command",
     POP3,                                                                  {SAME(C, "AUTH PLAIN\r\n"), SAME(S, "-ERR no\r\n"), SAME(C, "NOOP\r\n"), SAME(S, "-ERR\r\n"),
      SAME(C, "UNKNOWNCOMMAND\r\n")}                                                                                     },
    {"LOGIN, refused, in three lines all the same",
     SMTP,                                                                  {SAME(C, "AUTH LOGIN\r\n"),
      SAME(S, "504 no\r\n"),
      {C, "Ym9iYm9iYm9i\r\n", M "\r\n"},
      SAME(S, "500 what?\r\n"),
      {C, "bm90IGxpc3RlZCE=\r\n", M "\r\n"}}                                                                             },
    {"PLAIN, initial response",
     SMTP,                                                                  {SAME(S, "220 x\r\n"),
      {C, "AUTH PLAIN AGJvYgBub3QgbGlzdGVkIQ==\r\n", "AUTH PLAIN " M "\r\n"},
      {S, "535 AGJvYgBub3QgbGlzdGVkIQ==, that is not listed!\r\n",
       "535 " M ", that is " M "\r\n"}}                                                                                  },
    {"PLAIN in POP3",
     POP3,                                                                  {SAME(S, "+OK x\r\n"),
      {C, "auth plain AGJvYgBub3QgbGlzdGVkIQ==\r\n", "auth plain " M "\r\n"},
      {S, "-ERR bob, not listed!\r\n", "-ERR bob, " M "\r\n"},
      SAME(C, "QUIT\r\n")}                                                                                               },
    {"PLAIN, after the challenge",
     SMTP,                                                                  {SAME(C, "AUTH PLAIN\r\n"),
      SAME(S, "334 \r\n"),
      {C, "AGJvYgBub3QgbGlzdGVkIQ==\r\n", M "\r\n"},
      SAME(S, "235 ok\r\n"),
      SAME(C, "MAIL FROM:<bob@x> AUTH=<>\r\n")}                                                                          },
    {"PLAIN, refused and sent all the same",
     SMTP,                                                                  {SAME(C, "AUTH PLAIN\r\n"),
      SAME(S, "504 no\r\n"),
      {C, "AGJvYgBub3QgbGlzdGVkIQ==\r\n", M "\r\n"},
      SAME(S, "500 what?\r\n"),
      SAME(C, "QUIT\r\n")}                                                                                               },
    {"LOGIN",
     SMTP,                                                                  {SAME(C, "AUTH LOGIN\r\n"),
      SAME(S, "334 VXNlcm5hbWU6\r\n"),
      {C, "Ym9i\r\n", M "\r\n"},
      SAME(S, "334 UGFzc3dvcmQ6\r\n"),
      {C, "bm90IGxpc3RlZCE=\r\n", M "\r\n"},
      {S, "535 wrong: not listed!\r\n", "535 wrong: " M "\r\n"}}                                                         },
    {"LOGIN with the name at once",
     SMTP,                                                                  {{C, "AUTH LOGIN Ym9i\r\n", "AUTH LOGIN " M "\r\n"},
      SAME(S, "334 UGFzc3dvcmQ6\r\n"),
      {C, "bm90IGxpc3RlZCE=\r\n", M "\r\n"},
      {S, "535 wrong: not listed!\r\n", "535 wrong: " M "\r\n"}}                                                         },
    {"LOGIN ahead of its challenges, and not in base64",
     SMTP,                                                                  {{C, "AUTH LOGIN\r\nbob\r\nn0t listed!\r\nMAIL FROM:<>\r\n",
       "AUTH LOGIN\r\n" M "\r\n" M "\r\nMAIL FROM:<>\r\n"}}                                                              },
    {"cancelled",
     POP3,                                                                  {SAME(C, "AUTH PLAIN\r\n"), SAME(S, "+ \r\n"), SAME(C, "*\r\n"), SAME(S, "-ERR cancelled\r\n"),
      SAME(C, "CAPA\r\n")}                                                                                               },
    {"cancelled at once",                                             SMTP, {SAME(C, "AUTH PLAIN *\r\n"), SAME(S, "501 no\r\n")}   },
    {"EXTERNAL",                                                      SMTP, {SAME(C, "AUTH EXTERNAL =\r\n"), SAME(S, "235 ok\r\n")}},
    {"EXTERNAL with a name",
     SMTP,                                                                  {{C, "AUTH EXTERNAL Ym9iQGV4YW1wbGUubmV0\r\n", "AUTH EXTERNAL " M "\r\n"},
      SAME(S, "235 ok\r\n")}                                                                                             },
 /* RFC 2195 section 2 */
    {"CRAM-MD5",
     POP3,                                                                  {SAME(S, "+OK x\r\n"),
      SAME(C, "AUTH CRAM-MD5\r\n"),
      SAME(S, "+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n"),
      {C, "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n", M "\r\n"},
      {S, "-ERR b913a602c7eda7a495b4e6e7334d3890 is wrong\r\n", "-ERR " M " is wrong\r\n"}}                              },
    {"CRAM-MD5: nobody has sent the digest yet",
     SMTP,                                                                  {SAME(C, "AUTH CRAM-MD5\r\n"),
      SAME(S, "334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n"),
      {S, "535 I wanted b913a602c7eda7a495b4e6e7334d3890\r\n", "535 I wanted " M "\r\n"},
      {S, "535 dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n", "535 " M "\r\n"}}                                  },
    {"CRAM-MD5: of somebody whose secret is not known",
     SMTP,                                                                  {SAME(C, "AUTH CRAM-MD5\r\n"),
      SAME(S, "334 PGFAYj4=\r\n"),
      {C, "Ym9iIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm\r\n", M "\r\n"},
      {S, "535 0123456789abcdef0123456789abcdef\r\n", "535 " M "\r\n"}}                                                  },
    {"SCRAM: the challenge is harmless, proof and signature are not",
     SMTP,                                                                  {{C, "AUTH SCRAM-SHA-1 biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM\r\n",
       "AUTH SCRAM-SHA-1 " M "\r\n"},
      SAME(S, "334 " SERVER_FIRST "\r\n"),
      {C, CLIENT_FINAL "\r\n", M "\r\n"},
      {S, "334 " SERVER_FINAL "\r\n", "334 " M "\r\n"},
      SAME(C, "\r\n"),
      SAME(S, "235 ok\r\n"),
      {S, "250 v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=\r\n", "250 " M "\r\n"}}                                                      },
    {"SCRAM in POP3, with the signature in the last line",
     POP3,                                                                  {SAME(S, "+OK x\r\n"),
      SAME(C, "AUTH SCRAM-SHA-1\r\n"),
      SAME(S, "+ \r\n"),
      {C, "biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM\r\n", M "\r\n"},
      SAME(S, "+ " SERVER_FIRST "\r\n"),
      {C, CLIENT_FINAL "\r\n", M "\r\n"},
      {S, "+OK " SERVER_FINAL "\r\n", "+OK " M "\r\n"}}                                                                  },
    {"XOAUTH2 and its error challenge",
     SMTP,                                                                  {{C, "AUTH XOAUTH2 dXNlcj1hbGljZQFhdXRoPUJlYXJlciB2RjlkZnQ0cW1UYzJOdmIzUmxja0JoZEF0AQE=\r\n",
       "AUTH XOAUTH2 " M "\r\n"},
      SAME(S, "334 eyJzdGF0dXMiOiI0MDEifQ==\r\n"),
      SAME(C, "\r\n"),
      {S, "535 token vF9dft4qmTc2Nvb3RlckBhdAt\r\n", "535 token " M "\r\n"}}                                             },
    {"OAUTHBEARER, its error challenge answered",
     SMTP,                                                                  {SAME(C, "AUTH OAUTHBEARER\r\n"),
      SAME(S, "334 \r\n"),
      {C, "bixhPWFsaWNlLAFhdXRoPUJlYXJlciB2RjlkZnQ0cW1UYzJOdmIzUmxja0JoZEF0AQE=\r\n", M "\r\n"},
      SAME(S, "334 eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=\r\n"),
      {C, "AQ==\r\n", M "\r\n"},
      SAME(S, "535 no\r\n")}                                                                                             },
    {"DIGEST-MD5",
     SMTP,                                                                  {SAME(C, "AUTH DIGEST-MD5\r\n"),
      SAME(S, "334 cmVhbG09IngiLG5vbmNlPSJ5Ig==\r\n"),
      {C, "cmVzcG9uc2U9ZDM4OGRhZDkwZDRiYmQ3NjBhMTUyMzIxZjIxNDNhZjc=\r\n", M "\r\n"},
      {S, "334 cnNwYXV0aD1lYTQwZjYwMzM1YzQyN2I1NTI3Yjg0ZGJhYmNkZmZmZA==\r\n", "334 " M "\r\n"},
      SAME(C, "\r\n"),
      {S, "250 d388dad90d4bbd760a152321f2143af7\r\n", "250 " M "\r\n"}}                                                  },
 /* RFC 1939 section 7 */
    {"APOP",
     POP3,                                                                  {SAME(S, "+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"),
      {C, "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", "APOP mrose " M "\r\n"}}                                    },
    {"APOP: nobody has sent the digest yet",
     POP3,                                                                  {SAME(S, "+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"),
      SAME(C, "APOP mrose\r\n"),
      {S, "-ERR expected c4c9334bac560ecc979e58001b3e22fb\r\n", "-ERR expected " M "\r\n"}}                              },
    {"other forms of a known secret",
     SMTP,                                                                  {{S, "250-user:tanstaaf@x tanstaaf%40x dGFuc3RhYWZ+\r\n",
       "250-user:" M "@x " M "%40x " M "\r\n"},
      {S, "250-74616e7374616166 74616E7374616166\r\n", "250-" M " " M "\r\n"},
      {S, "250-%74%61%6e%73%74%61%61%66 %74%61%6E%73%74%61%61%66\r\n", "250-" M " " M "\r\n"},
      {S, "250 b3aa0ba4e1f957e5f3ef356cfc147008\r\n", "250 " M "\r\n"}}                                                  },
    {"in message data only what is known is secret",
     SMTP,                                                                  {SAME(C, "AUTH PLAIN\r\n"),
      SAME(S, "535 no\r\n"),
      SAME(C, "DATA\r\n"),
      SAME(S, "354 go\r\n"),
      {C, "AUTH PLAIN AGJvYgBub3QgbGlzdGVkIQ==\r\nAGJvYgBub3QgbGlzdGVkIQ==\r\npencil\r\n.\r\n",
       "AUTH PLAIN AGJvYgBub3QgbGlzdGVkIQ==\r\nAGJvYgBub3QgbGlzdGVkIQ==\r\n" M "\r\n.\r\n"}}                             },
    {"in a chunk, too, which may end within a line",
     SMTP,                                                                  {SAME(C, "AUTH PLAIN\r\n"),
      SAME(S, "535 no\r\n"),
      {C, "BDAT 16\r\nAUTH PLAIN AAAAAAUTH PLAIN AAAA\r\nNOOP\r\n",
       "BDAT 16\r\nAUTH PLAIN AAAAAAUTH PLAIN " M "\r\nNOOP\r\n"}}                                                       },
};

/* What stands in the rows and gives something away: only where it is shown of the whole may it be shown of pieces. */
static const char *const told[] = {"bGlzdGVk", "bm90IGxpc3Rl", "listed",   "0123456789ab",
                                   "b913a602", "v0X8v3Bz",     "djBYOHYz", "dj1ybUY5",
                                   "rmF9pqV8", "vF9dft4q",     "c4c9334b", "d388dad9",
                                   "ea40f603", "tanstaaf",     "pencil"};

static bool tells(struct bytes out, const char *shown)
{
    for (size_t i = 0; i < COUNT(told); i++) {
        struct bytes text = bytes_of(told[i]);
        if (bytes_find(out, text, 0) != BYTES_NONE &&
            bytes_find(bytes_of(shown), text, 0) == BYTES_NONE) {
            return true;
        }
    }
    return false;
}

/* Whole, then cut into two at every octet, then octet by octet: out of the pieces nothing may come that does not come out of the whole. */
static bool feed(const struct redact *redact, const struct row *row, size_t turn_cut, size_t cut)
{
    struct redact_session session = {0};
    bool same = true;
    for (size_t i = 0; i < COUNT(row->turns) && row->turns[i].octets != NULL; i++) {
        const struct turn *turn = &row->turns[i];
        struct bytes octets = bytes_of(turn->octets);
        size_t at = turn_cut == i ? cut : 0;
        struct buf out = {0};
        size_t from = 0;
        while (from < octets.n) {
            size_t to = at == BYTES_NONE ? from + 1 : at > from ? at : octets.n;
            redact_octets(redact, &session, turn->side, row->protocol,
                          bytes_slice(octets, from, to), &out);
            from = to;
        }
        same &= at != 0 || bytes_is(buf_bytes(&out), turn->shown);
        same &= !tells(buf_bytes(&out), turn->shown);
        buf_deinit(&out);
    }
    redact_session_deinit(&session);
    return same;
}

static void test_rows(void)
{
    struct redact *redact = redact_new(secrets, COUNT(secrets));
    for (size_t i = 0; i < COUNT(rows); i++) {
        UNIT_ROW(rows[i].name, feed(redact, &rows[i], 0, 0));
        for (size_t turn = 0; turn < COUNT(rows[i].turns) && rows[i].turns[turn].octets != NULL;
             turn++) {
            for (size_t cut = 1; cut < strlen(rows[i].turns[turn].octets); cut++) {
                UNIT_ROW(rows[i].name, feed(redact, &rows[i], turn, cut));
            }
            UNIT_ROW(rows[i].name, feed(redact, &rows[i], turn, BYTES_NONE));
        }
    }
    redact_free(&redact);
}

/* --show-secrets */
static void test_open(void)
{
    struct redact *redact = redact_new_open();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct redact_session session = {0};
        for (size_t turn = 0; turn < COUNT(rows[i].turns) && rows[i].turns[turn].octets != NULL;
             turn++) {
            struct bytes octets = bytes_of(rows[i].turns[turn].octets);
            struct buf out = {0};
            redact_octets(redact, &session, rows[i].turns[turn].side, rows[i].protocol, octets,
                          &out);
            UNIT_ROW(rows[i].name, bytes_equal(buf_bytes(&out), octets));
            buf_deinit(&out);
        }
        redact_session_deinit(&session);
    }
    redact_free(&redact);
}

static const struct unit_test tests[] = {
    {"mechanisms",        test_rows},
    {"nothing is hidden", test_open},
};

UNIT_MAIN("record: redact, SASL", tests)
