#include "unit.h"

#include "auth/sasl.h"
#include "sasl_pair.h"

enum { NO = SASL_FAILURE_NONE, BAD = SASL_FAILURE_MALFORMED, WRONG = SASL_FAILURE_CREDENTIALS };

/* What a client says to a server that knows u with the secret w, whose SCRAM nonce is "s" (salt "salt", one iteration). */
static const struct row {
    int mechanism;
    const char *first; /* the response before, of which the server thinks well; NULL: none */
    struct bytes response;
    int failure; /* NO: the server goes on, or is done */
} rows[] = {
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0u\0w"),                                              NO                },
    {SASL_PLAIN,       NULL,                              BYTES_INIT(""),                                                    BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0"),                                                  BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0\0"),                                                BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0\0w"),                                               BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0u\0"),                                               BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0u"),                                                 BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("u\0w"),                                                BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0u\0w\0"),                                            BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0u\0w\0x"),                                           BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0\xff\0w"),                                           BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0u\0\xc0\xaf"),                                       BAD               },
    {SASL_PLAIN,       NULL,                              BYTES_INIT("\0u\x01\0w"),                                          BAD               },
    {SASL_LOGIN,       NULL,                              BYTES_INIT("u"),                                                   NO                },
    {SASL_LOGIN,       NULL,                              BYTES_INIT(""),                                                    BAD               },
    {SASL_LOGIN,       NULL,                              BYTES_INIT("u\0"),                                                 BAD               },
    {SASL_LOGIN,       NULL,                              BYTES_INIT("\xc3"),                                                BAD               },
    {SASL_LOGIN,       "u",                               BYTES_INIT("w"),                                                   NO                },
    {SASL_LOGIN,       "u",                               BYTES_INIT(""),                                                    WRONG             },
    {SASL_LOGIN,       "u",                               BYTES_INIT("w\0"),                                                 BAD               },
    {SASL_LOGIN,       "u",                               BYTES_INIT("\xff"),                                                BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT(""),                                                    BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT(" "),                                                   BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT("u"),                                                   BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT("u 0123456789abcdef0123456789abcdef"),                  WRONG             },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT("0123456789abcdef0123456789abcdef"),                    BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT(" 0123456789abcdef0123456789abcdef"),                   BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT("u 0123456789ABCDEF0123456789ABCDEF"),                  BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT("u 0123456789abcdef0123456789abcde"),                   BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT("u 0123456789abcdef0123456789abcdef0"),                 BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT("u 0123456789abcdef0123456789abcdef "),                 BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT("u\t0123456789abcdef0123456789abcdef"),                 BAD               },
    {SASL_CRAM_MD5,    NULL,                              BYTES_INIT("\xff 0123456789abcdef0123456789abcdef"),               BAD               },
    {SASL_EXTERNAL,    NULL,                              BYTES_INIT(""),                                                    NO                },
    {SASL_EXTERNAL,    NULL,                              BYTES_INIT("u\0"),                                                 BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u,r=c"),                                          NO                },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("y,,n=u,r=c"),                                          NO                },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u,r=c,x=an extension"),                           NO                },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,a=u,n=u,r=c"),                                       NO                },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT(""),                                                    BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n"),                                                   BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,"),                                                  BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,"),                                                 BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u"),                                              BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u,"),                                             BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u,r="),                                           BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=,r=c"),                                           BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,r=c,n=u"),                                          BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("N,,n=u,r=c"),                                          BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("p=tls-unique,,n=u,r=c"),                               BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,u,n=u,r=c"),                                         BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,a=,n=u,r=c"),                                        BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,a=x=2,n=u,r=c"),                                     BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,m=x,n=u,r=c"),                                      BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u,r=c,m=x"),                                      BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u,r=c,"),                                         BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u,r=c,1=x"),                                      BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u,r=c c"),                                        BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u,r=\xc3\xa9"),                                   BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u=2Cv,r=c"),                                      NO                },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u=2cv,r=c"),                                      BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u=,r=c"),                                         BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u=3,r=c"),                                        BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=u\0,r=c"),                                        BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=\xff,r=c"),                                       BAD               },
    {SASL_SCRAM_SHA_1, NULL,                              BYTES_INIT("n,,n=\xc2\xad,r=c"),                                   BAD               }, /* prepared, it is empty */
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,p=vdNCKcb/avtpQCf40MKiEgBYfyI="),          NO                },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,p=AdNCKcb/avtpQCf40MKiEgBYfyI="),
     WRONG                                                                                                                                     },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,p=vdNCKcb/avtpQCf40MKiEgBYfyJ="),          BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,p=vdNCKcb/avtpQCf40MKiEgBYfyI"),           BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,p=AAAA"),                                  WRONG             },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,x=y,p=AAAA"),                              WRONG             },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,p=*"),                                     BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,p="),                                      BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs"),                                         BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=c,p=AAAA"),                                   BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cst,p=AAAA"),                                 BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=eSws,r=cs,p=AAAA"),                                  BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=*,r=cs,p=AAAA"),                                     BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=,r=cs,p=AAAA"),                                      BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,m=x,p=AAAA"),                              BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("c=biws,r=cs,p=AAAA,x=y"),                              BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT("r=cs,c=biws,p=AAAA"),                                  BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT(""),                                                    BAD               },
    {SASL_SCRAM_SHA_1, "n,,n=u,r=c",                      BYTES_INIT(","),                                                   BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=Bearer w\001\001"),                     NO                },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=bearer  w\001\001"),                    NO                },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001x=y\001auth=Bearer w\001\001"),              NO                },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT(""),                                                    BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u"),                                              BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=\001auth=Bearer w\001\001"),                      BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=Bearer w"),                             BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=Bearer w\001"),                         BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=Bearer w\001\001\001"),                 BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=Bearer \001\001"),                      BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=Bearer =\001\001"),                     BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=Basic w\001\001"),                      BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=Bearer w=w\001\001"),                   BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001auth=Bearer w\001auth=Bearer w\001\001"),    BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001\001"),                                      BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001=w\001\001"),                                BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=u\001a1=w\001auth=Bearer w\001\001"),             BAD               },
    {SASL_XOAUTH2,     NULL,                              BYTES_INIT("user=\xff\001auth=Bearer w\001\001"),                  BAD               },
    {SASL_XOAUTH2,     "user=u\001auth=Bearer x\001\001", BYTES_INIT("\001"),                                                BAD               },
    {SASL_XOAUTH2,     "user=u\001auth=Bearer x\001\001", BYTES_INIT(""),                                                    SASL_FAILURE_TOKEN},
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("n,a=u,\001auth=Bearer w\001\001"),                     NO                },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("y,a=u,\001host=h\001port=1\001auth=Bearer w\001\001"), NO                },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT(""),                                                    BAD               },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("\001"),                                                BAD               },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("n,a=u\001auth=Bearer w\001\001"),                      BAD               },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("n,a=,\001auth=Bearer w\001\001"),                      BAD               },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("n,u,\001auth=Bearer w\001\001"),                       BAD               },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("n,a=u,x\001auth=Bearer w\001\001"),                    BAD               },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("p=x,a=u,\001auth=Bearer w\001\001"),                   BAD               },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("n,a=u=2,\001auth=Bearer w\001\001"),                   BAD               },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("n,a=u,\001host=h\x07\001auth=Bearer w\001\001"),       BAD               },
    {SASL_OAUTHBEARER, NULL,                              BYTES_INIT("n,a=u,\001auth=Bearer w\0\001\001"),                   BAD               },
    {SASL_OAUTHBEARER, "n,,\001auth=Bearer w\001\001",    BYTES_INIT("\001"),                                                SASL_FAILURE_TOKEN},
    {SASL_OAUTHBEARER, "n,a=u,\001auth=Bearer x\001\001", BYTES_INIT(""),                                                    BAD               },
};

static struct sasl_server *server_of(enum sasl_mechanism mechanism)
{
    static struct pair_known known = {"u", "w"};
    const struct sasl_lookup lookup = {.secret = pair_find,
                                       .external_user = "u",
                                       .salt = BYTES_INIT("salt"),
                                       .iterations = 1,
                                       .self = &known};
    return sasl_server_new(mechanism, &lookup, "mx.example.org", "s", NULL);
}

static void test_responses(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        enum sasl_mechanism mechanism = (enum sasl_mechanism)row->mechanism;
        struct sasl_server *server = server_of(mechanism);
        struct buf out = {0};
        char name[80];
        snprintf(name, sizeof name, "%s %zu: %.40s", sasl_mechanism_name(mechanism), i,
                 (const char *)row->response.p);
        if (!sasl_client_speaks_first(mechanism)) {
            sasl_server_step(server, false, bytes_of(""), &out);
        }
        if (row->first != NULL) {
            UNIT_ROW(name,
                     sasl_server_step(server, true, bytes_of(row->first), &out) == SASL_GOES_ON);
        }
        enum sasl_result result = sasl_server_step(server, true, row->response, &out);
        UNIT_ROW(name, (int)sasl_server_failure(server) == row->failure);
        UNIT_ROW(name, (result == SASL_FAILED) == (row->failure != NO));
        buf_deinit(&out);
        sasl_server_free(&server);
    }
}

/* One octet more than a response may have, and a million; no mechanism takes them for anything. */
static void test_size(void)
{
    static const size_t sizes[] = {4097, 16385, 1000000};
    for (int m = 0; m < SASL_MECHANISM_COUNT; m++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            struct buf in = {0};
            struct buf out = {0};
            struct sasl_server *server = server_of((enum sasl_mechanism)m);
            buf_append_fill(&in, 'x', sizes[i]);
            CU_ASSERT(sasl_server_step(server, true, buf_bytes(&in), &out) == SASL_FAILED);
            CU_ASSERT(sasl_server_failure(server) == SASL_FAILURE_MALFORMED);
            CU_ASSERT(out.n == 0);
            sasl_server_free(&server);
            buf_deinit(&in);
            buf_deinit(&out);
        }
    }
}

/* RFC 4954 section 4: 501 for an initial response where the server begins; but LOGIN's is a name. */
static void test_initial_response(void)
{
    struct buf out = {0};
    struct sasl_server *server = server_of(SASL_CRAM_MD5);
    CU_ASSERT(sasl_server_step(server, true, bytes_of(""), &out) == SASL_FAILED);
    CU_ASSERT(sasl_server_failure(server) == SASL_FAILURE_MALFORMED);
    sasl_server_free(&server);

    server = server_of(SASL_LOGIN);
    CU_ASSERT(sasl_server_step(server, true, bytes_of("u"), &out) == SASL_GOES_ON);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "Password:");
    CU_ASSERT(sasl_server_step(server, true, bytes_of("w"), &out) == SASL_DONE);
    sasl_server_free(&server);

    for (int m = 0; m < SASL_MECHANISM_COUNT; m++) {
        server = server_of((enum sasl_mechanism)m);
        buf_clear(&out);
        CU_ASSERT(sasl_server_step(server, false, bytes_of(""), &out) == SASL_GOES_ON);
        CU_ASSERT((out.n == 0) == sasl_client_speaks_first((enum sasl_mechanism)m));
        sasl_server_free(&server);
    }
    buf_deinit(&out);
}

/* What a server says to a client of SCRAM that is u with the secret w and has the nonce "c". */
static const struct challenge {
    const char *first; /* server-first-message */
    const char *final; /* server-final-message; NULL: it does not come so far */
    const char *error; /* NULL: the exchange is done */
} challenges[] = {
    {"r=cs,s=c2FsdA==,i=1",                    "v=90FF12OBUrMlbPOr7PUrVQrII0o=",     NULL                                  },
    {"r=cs,s=c2FsdA==,i=1",                    "v=90FF12OBUrMlbPOr7PUrVQrII0o=,x=y", NULL                                  },
    {"r=cs,s=c2FsdA==,i=1,x=y",                "v=AAAA",                             "signature is wrong"                  },
    {"r=cs,s=c2FsdA==,i=1",                    "v=AAAA",                             "signature is wrong"                  },
    {"r=cs,s=c2FsdA==,i=1",                    "v=*",                                "signature is wrong"                  },
    {"r=cs,s=c2FsdA==,i=1",                    "e=invalid-proof",                    "tells of an error: \"invalid-proof\""},
    {"r=cs,s=c2FsdA==,i=1",                    "",                                   "final message"                       },
    {"r=cs,s=c2FsdA==,i=1",                    "v=",                                 "final message"                       },
    {"r=cs,s=c2FsdA==,i=1",                    "e=",                                 "final message"                       },
    {"r=cs,s=c2FsdA==,i=1",                    "x=y",                                "final message"                       },
    {"r=cs,s=c2FsdA==,i=1",                    "v=AAAA,m=y",                         "final message"                       },
    {"",                                       NULL,                                 "first message"                       },
    {"r=cs",                                   NULL,                                 "first message"                       },
    {"r=cs,s=c2FsdA==",                        NULL,                                 "first message"                       },
    {"r=cs,s=,i=1",                            NULL,                                 "first message"                       },
    {"s=c2FsdA==,r=cs,i=1",                    NULL,                                 "first message"                       },
    {"m=x,r=cs,s=c2FsdA==,i=1",                NULL,                                 "first message"                       },
    {"r=cs,s=c2FsdA==,i=1,m=x",                NULL,                                 "first message"                       },
    {"r=cs,s=c2FsdA==,i=0",                    NULL,                                 "first message"                       },
    {"r=cs,s=c2FsdA==,i=01",                   NULL,                                 "first message"                       },
    {"r=cs,s=c2FsdA==,i=-1",                   NULL,                                 "first message"                       },
    {"r=cs,s=c2FsdA==,i=1e3",                  NULL,                                 "first message"                       },
    {"r=cs,s=c2FsdA==,i=99999999999999999999", NULL,                                 "first message"                       },
    {"r=cs,s=c2FsdA==,i=1000001",              NULL,                                 "1000000"                             },
    {"r=cs,s=c2FsdA==,i=4294967296",           NULL,                                 "1000000"                             },
    {"r=cs,s=c2Fsd,i=1",                       NULL,                                 "salt is not base64"                  },
    {"r=c,s=c2FsdA==,i=1",                     NULL,                                 "nonce"                               },
    {"r=dcs,s=c2FsdA==,i=1",                   NULL,                                 "nonce"                               },
    {"r=Cs,s=c2FsdA==,i=1",                    NULL,                                 "nonce"                               },
    {"e=other-error",                          NULL,                                 "first message"                       },
};

static void check_challenge(const struct challenge *row)
{
    struct buf out = {0};
    struct error error = {""};
    const struct sasl_identity who = {.user = "u", .secret = "w", .nonce = "c"};
    struct sasl_client *client = sasl_client_new(SASL_SCRAM_SHA_1, &who, &error);
    sasl_client_step(client, bytes_of(""), &out, &error);
    enum sasl_result result = sasl_client_step(client, bytes_of(row->first), &out, &error);
    if (row->final != NULL) {
        UNIT_ROW(row->first, result == SASL_GOES_ON);
        result = sasl_client_step(client, bytes_of(row->final), &out, &error);
    }
    UNIT_ROW(row->final == NULL ? row->first : row->final,
             row->error == NULL ? result == SASL_DONE
                                : result == SASL_FAILED && strstr(error.text, row->error) != NULL);
    CU_ASSERT(sasl_client_step(client, bytes_of(""), &out, &error) == SASL_FAILED);
    CU_ASSERT(strstr(error.text, "after the end") != NULL);
    sasl_client_free(&client);
    buf_deinit(&out);
}

static void test_challenges(void)
{
    for (size_t i = 0; i < sizeof challenges / sizeof challenges[0]; i++) {
        check_challenge(&challenges[i]);
    }
}

/* A challenge before the client has begun, one that is too long, and one behind the end. */
static void test_out_of_turn(void)
{
    struct buf out = {0};
    struct buf huge = {0};
    const struct sasl_identity who = {.user = "u", .secret = "w"};
    buf_append_fill(&huge, 'x', 16385);
    for (int m = 0; m < SASL_MECHANISM_COUNT; m++) {
        struct error error = {""};
        bool first = sasl_client_speaks_first((enum sasl_mechanism)m);
        struct sasl_client *client = sasl_client_new((enum sasl_mechanism)m, &who, &error);
        CU_ASSERT(sasl_client_step(client, first ? bytes_of("x") : buf_bytes(&huge), &out,
                                   &error) == SASL_FAILED);
        CU_ASSERT(strstr(error.text, first ? "not empty" : "16385 octets") != NULL);
        CU_ASSERT(sasl_client_step(client, bytes_of(""), &out, &error) == SASL_FAILED);
        CU_ASSERT(out.n == 0);
        sasl_client_free(&client);
    }
    buf_deinit(&huge);
    buf_deinit(&out);
}

static const struct unit_test tests[] = {
    {"responses",           test_responses       },
    {"sizes",               test_size            },
    {"initial response",    test_initial_response},
    {"challenges of SCRAM", test_challenges      },
    {"out of turn",         test_out_of_turn     },
};

UNIT_MAIN("auth/sasl_hostile", tests)
