/* Messages as they are written: encodings, header fields, addresses, drafts. */
#include "unit.h"

#include <string.h>

#include "mail/draft.h"
#include "mail/field_write.h"
#include "mail/transfer.h"
#include "proto/encoded_word.h"
#include "proto/message_field.h"

static bool is_as(const char *name, struct buf *got, const char *wanted)
{
    const bool same = strcmp(buf_text(got), wanted) == 0;
    if (!same) {
        fprintf(stderr, "row \"%s\": got\n%s\nwanted\n%s\n", name, buf_text(got), wanted);
    }
    return same;
}

/* ---- Encodings ---- */

#define TEN     "0123456789"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static const struct text_row {
    const char *name;
    enum mail_transfer transfer;
    const char *text;
    const char *wanted;
} text_rows[] = {
    {"plain",            MAIL_7BIT,             "a\n.\r\nb",                               "a\r\n.\r\nb\r\n"         },
    {"nothing",          MAIL_7BIT,             "",                                        ""                        },
    {"tab",              MAIL_QUOTED_PRINTABLE, "\xc3\xa4 long enough that it pays\t\n",
     "=C3=A4 long enough that it pays=09\r\n"                                                                        },
    {"blank at the end", MAIL_QUOTED_PRINTABLE, "\xc3\xa4 long enough that it pays \n",
     "=C3=A4 long enough that it pays=20\r\n"                                                                        },
    {"equals",           MAIL_QUOTED_PRINTABLE, "x=y, and \xc3\xa4, and so on, and so on",
     "x=3Dy, and =C3=A4, and so on, and so on\r\n"                                                                   },
    {"bare CR",          MAIL_QUOTED_PRINTABLE, "a\rb and so on",                          "a=0Db and so on\r\n"     },
    {"76 octets",        MAIL_QUOTED_PRINTABLE, SEVENTY "\xc3\xa4",                        SEVENTY "=C3=A4\r\n"      },
    {"77 octets",        MAIL_QUOTED_PRINTABLE, SEVENTY "1\xc3\xa4",                       SEVENTY "1=C3=\r\n=A4\r\n"},
    {"other script",     MAIL_BASE64,           "\xd0\xbf\xd1\x80\xd0\xb8\n",              "0L/RgNC4DQo=\r\n"        },
};

static void test_texts(void)
{
    for (size_t i = 0; i < sizeof text_rows / sizeof text_rows[0]; i++) {
        const struct text_row *row = &text_rows[i];
        const struct bytes text = bytes_of(row->text);
        struct buf got = {0};
        UNIT_ROW(row->name, mail_transfer_for_text(text) == row->transfer);
        mail_text_write(&got, text, row->transfer);
        UNIT_ROW(row->name, is_as(row->name, &got, row->wanted));
        buf_deinit(&got);
    }
}

/* RFC 5322 2.1.1: longer lines are encoded. */
static void test_longest_line(void)
{
    struct buf line = {0};
    buf_append_fill(&line, 'x', 998);
    CU_ASSERT(mail_transfer_for_text(buf_bytes(&line)) == MAIL_7BIT);
    buf_append_octet(&line, 'x');
    CU_ASSERT(mail_transfer_for_text(buf_bytes(&line)) == MAIL_QUOTED_PRINTABLE);
    buf_deinit(&line);
}

/* Whatever the octets are, they come back, and lines keep to 76. */
static void test_base64_comes_back(void)
{
    struct buf octets = {0};
    for (unsigned n = 0; n < 300; n++) {
        struct buf lines = {0};
        struct buf back = {0};
        mail_base64_write(&lines, buf_bytes(&octets));
        mail_transfer_read(&back, buf_bytes(&lines), MAIL_BASE64);
        CU_ASSERT(bytes_equal(buf_bytes(&back), buf_bytes(&octets)));
        CU_ASSERT(n == 0 || bytes_find(buf_bytes(&lines), BYTES_LIT("\r\n"), 0) <= 76);
        buf_deinit(&lines);
        buf_deinit(&back);
        buf_append_octet(&octets, (unsigned char)(n * 7));
    }
    buf_deinit(&octets);
}

/* ---- Fields ---- */

static const struct field_row {
    const char *name;
    const char *value;
    const char *wanted;
} field_rows[] = {
    {"plain",             "hello  there",                                     "S: hello  there\r\n"                                          },
    {"trimmed",           "  x ",                                             "S: x\r\n"                                                     },
    {"one word",          "\xc3\xa4",                                         "S: =?UTF-8?Q?=C3=A4?=\r\n"                                    },
    {"words between",
     "Gr\xc3\xbc\xc3\x9f"
     "e aus K\xc3\xb6ln!",                                                    "S: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?= aus =?UTF-8?Q?K=C3=B6ln!?=\r\n"},
    {"neighbours",        "\xc3\xa4 \xc3\xb6",                                "S: =?UTF-8?Q?=C3=A4_=C3=B6?=\r\n"                             },
    {"another script",    "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
     "S: =?UTF-8?B?0L/RgNC40LLQtdGC?=\r\n"                                                                                                   },
    {"what would be one", "=?x",                                              "S: =?UTF-8?Q?=3D=3Fx?=\r\n"                                   },
    {"an address in it",  "J\xc3\xb6rg <j@x.example>",                        "S: =?UTF-8?Q?J=C3=B6rg?= <j@x.example>\r\n"                   },
    {"folded",            SEVENTY " " TEN,                                    "S: " SEVENTY "\r\n " TEN "\r\n"                               },
    {"not folded",        SEVENTY " abcd",                                    "S: " SEVENTY " abcd\r\n"                                      },
};

static void test_fields(void)
{
    for (size_t i = 0; i < sizeof field_rows / sizeof field_rows[0]; i++) {
        struct buf got = {0};
        mail_field_write(&got, "S", bytes_of(field_rows[i].value));
        UNIT_ROW(field_rows[i].name, is_as(field_rows[i].name, &got, field_rows[i].wanted));
        buf_deinit(&got);
    }
}

/* RFC 2047 section 2: 75 octets for a word, 76 for a line with one; a character is never cut. */
static void test_long_texts_come_back(void)
{
    static const char *const pieces[] = {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                                         "a\xc3\xa4 b "};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct buf text = {0};
        struct buf field = {0};
        struct buf line = {0};
        struct buf back = {0};
        struct message_field read = {0};
        while (text.n < 400) {
            buf_append_text(&text, pieces[i]);
        }
        mail_field_write(&field, "Subject", buf_bytes(&text));
        struct bytes rest = buf_bytes(&field);
        for (struct bytes one; rest.n > 0 && bytes_next(&rest, '\n', &one);) {
            CU_ASSERT(one.n <= 79);
        }
        rest = buf_bytes(&field);
        CU_ASSERT(message_field_next(&rest, &read));
        message_field_unfold(&line, read.value);
        encoded_words_read(&back, buf_bytes(&line));
        CU_ASSERT(bytes_equal(buf_bytes(&back), bytes_trim(buf_bytes(&text))));
        buf_deinit(&text);
        buf_deinit(&field);
        buf_deinit(&line);
        buf_deinit(&back);
    }
}

static const struct field_row parameter_rows[] = {
    {"token",     "a.pdf",             ";\r\n n=a.pdf"                                               },
    {"blank",     "a b\"c.pdf",        ";\r\n n=\"a b\\\"c.pdf\""                                    },
    {"empty",     "",                  ";\r\n n=\"\""                                                },
    {"not ASCII", "M\xc3\xa4rz 1.pdf", ";\r\n n*=UTF-8''M%C3%A4rz%201.pdf"                           },
    {"long",      SEVENTY,             ";\r\n n*0*=UTF-8''" TEN TEN TEN TEN TEN TEN ";\r\n n*1*=" TEN},
};

static void test_parameters(void)
{
    for (size_t i = 0; i < sizeof parameter_rows / sizeof parameter_rows[0]; i++) {
        struct buf got = {0};
        mail_field_write_parameter(&got, "n", bytes_of(parameter_rows[i].value));
        UNIT_ROW(parameter_rows[i].name,
                 is_as(parameter_rows[i].name, &got, parameter_rows[i].wanted));
        buf_deinit(&got);
    }
}

/* ---- Addresses ---- */

static const struct address_row {
    const char *text;
    const char *name;    /* NULL: none */
    const char *mailbox; /* NULL: it is none */
    bool is_utf8;
} address_rows[] = {
    {"bob@x.example",                    NULL,         "bob@x.example",        false},
    {" <bob@x.example> ",                NULL,         "bob@x.example",        false},
    {"Bob B <bob@x.example>",            "Bob B",      "bob@x.example",        false},
    {"\"B, \\\"B\\\"\" <bob@x.example>", "B, \"B\"",   "bob@x.example",        false},
    {"B\xc3\xa4r <\"a b\"@x.example>",   "B\xc3\xa4r", "\"a b\"@x.example",    false},
    {"b\xc3\xa4r@x.example",             NULL,         "b\xc3\xa4r@x.example", true },
    {"bob@[127.0.0.1]",                  NULL,         "bob@[127.0.0.1]",      false},
    {"bob",                              NULL,         NULL,                   false},
    {"",                                 NULL,         NULL,                   false},
    {"<>",                               NULL,         NULL,                   false},
    {"a@b, c@d",                         NULL,         NULL,                   false},
    {"a b@x.example",                    NULL,         NULL,                   false},
    {"a@x.example> NOTIFY=NEVER",        NULL,         NULL,                   false},
    {"a@x.example\r\nDATA",              NULL,         NULL,                   false},
    {"\xff@x.example",                   NULL,         NULL,                   false},
};

static void test_addresses(void)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof address_rows / sizeof address_rows[0]; i++) {
        const struct address_row *row = &address_rows[i];
        struct mail_address address;
        struct error error = {""};
        const bool good = mail_address_read(&address, row->text, arena, &error) == 0;
        UNIT_ROW(row->text, good == (row->mailbox != NULL));
        UNIT_ROW(row->text, good || error.text[0] != '\0');
        if (good && row->mailbox != NULL) {
            UNIT_ROW(row->text, strcmp(address.mailbox, row->mailbox) == 0);
            UNIT_ROW(row->text, address.is_utf8 == row->is_utf8);
            UNIT_ROW(row->text, (address.name == NULL) == (row->name == NULL));
            UNIT_ROW(row->text, row->name == NULL || strcmp(address.name, row->name) == 0);
        }
    }
    arena_free(&arena);
}

/* ---- Drafts ---- */

static const struct mail_address from = {"B\xc3\xa4r", "a@x.example", false};
static const struct mail_address to[] = {
    {"Smith, J.", "r@y.example", false},
    {NULL,        "s@y.example", false}
};

static struct mail_draft a_draft(void)
{
    return (struct mail_draft){.from = &from,
                               .to = to,
                               .to_count = 2,
                               .subject = "hello",
                               .text = BYTES_LIT("hi\n.\n"),
                               .time_s = 1700000000,
                               .zone_minutes = -210,
                               .message_id = "1@x.example",
                               .boundary = "=_b"};
}

#define HEAD                                                                                       \
    "From: =?UTF-8?Q?B=C3=A4r?= <a@x.example>\r\n"                                                 \
    "To: \"Smith, J.\" <r@y.example>, s@y.example\r\n"                                             \
    "Message-ID: <1@x.example>\r\nSubject: hello\r\n"
#define TEXT                                                                                       \
    "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: "                    \
    "7bit\r\n\r\nhi\r\n.\r\n"

static void test_draft(void)
{
    const struct mail_draft draft = a_draft();
    struct buf got = {0};
    mail_draft_write(&draft, &got);
    UNIT_ROW("draft",
             is_as("draft", &got,
                   "Date: Tue, 14 Nov 2023 18:43:20 -0330\r\n" HEAD "MIME-Version: 1.0\r\n" TEXT));
    buf_deinit(&got);
}

/* What is given takes the place of what is made. */
static void test_given_headers(void)
{
    static const struct mail_header headers[] = {
        {"date", "yesterday"},
        {"X-A",  "\xc3\xa4" }
    };
    struct mail_draft draft = a_draft();
    struct buf got = {0};
    draft.headers = headers;
    draft.header_count = 2;
    mail_draft_write(&draft, &got);
    UNIT_ROW("headers",
             is_as("headers", &got,
                   HEAD
                   "date: yesterday\r\nX-A: =?UTF-8?Q?=C3=A4?=\r\nMIME-Version: 1.0\r\n" TEXT));
    buf_deinit(&got);
}

static void test_attachments(void)
{
    static const struct mail_attachment attachments[] = {
        {"a.PDF", BYTES_INIT("\0\1")},
        {"b.txt", BYTES_INIT("\xff")}
    };
    struct mail_draft draft = a_draft();
    struct buf got = {0};
    draft.attachments = attachments;
    draft.attachment_count = 2;
    mail_draft_write(&draft, &got);
    const struct bytes all = buf_bytes(&got);
    const size_t begin = bytes_find(all, BYTES_LIT("MIME-Version"), 0);
    buf_consume(&got, begin);
    UNIT_ROW(
        "attachments",
        is_as(
            "attachments", &got,
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n "
            "boundary=\"=_b\"\r\n\r\n--=_b\r\n" TEXT
            "\r\n--=_b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
            "Content-Disposition: attachment;\r\n filename=a.PDF\r\n\r\nAAE=\r\n"
            "\r\n--=_b\r\nContent-Type: text/plain;\r\n "
            "charset=unknown-8bit\r\nContent-Transfer-Encoding: base64\r\n"
            "Content-Disposition: attachment;\r\n filename=b.txt\r\n\r\n/w==\r\n\r\n--=_b--\r\n"));
    buf_deinit(&got);
}

static const struct defect_row {
    const char *name;
    const char *value;
    bool good;
} defect_rows[] = {
    {"X-Test",       "x",         true },
    {"Date",         "x",         true },
    {"Subject",      "\xc3\xa4",  true },
    {"",             "x",         false},
    {"X Y",          "x",         false},
    {"X\r\nY",       "x",         false},
    {"X",            "a\r\nY: b", false},
    {"X",            "\xff",      false},
    {"Content-type", "x",         false},
    {"bcc",          "x",         false},
    {"X",            " ",         false},
    {"X:",           "x",         false},
};

static void test_header_defects(void)
{
    for (size_t i = 0; i < sizeof defect_rows / sizeof defect_rows[0]; i++) {
        const struct defect_row *row = &defect_rows[i];
        const char *defect = mail_header_defect(bytes_of(row->name), bytes_of(row->value));
        UNIT_ROW(row->name, (defect == NULL) == row->good);
    }
}

static const struct unit_test tests[] = {
    {"encodings of texts",            test_texts               },
    {"the longest line",              test_longest_line        },
    {"base64 comes back",             test_base64_comes_back   },
    {"fields",                        test_fields              },
    {"long texts come back",          test_long_texts_come_back},
    {"parameters",                    test_parameters          },
    {"addresses",                     test_addresses           },
    {"a draft",                       test_draft               },
    {"headers that are given",        test_given_headers       },
    {"attachments",                   test_attachments         },
    {"headers that may not be given", test_header_defects      },
};

UNIT_MAIN("mail_write", tests)
