/* Messages as others wrote them: parts, parameters, charsets, names of files. */
#include "unit.h"

#include <string.h>

#include "mail/charset.h"
#include "mail/file_name.h"
#include "mail/parameter.h"
#include "mail/parts.h"

/* ---- Parts ---- */

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"

static const struct parts_row {
    const char *name;
    const char *message;
    const char *parts; /* TYPE:NAME:a if attachment:CONTENT| */
} parts_rows[] = {
    {"no MIME",           "A: b\r\n\r\nhi\r\n",                                                    "text/plain:::hi\r\n|"                                 },
    {"LF alone",          "A: b\n\nhi\n",                                                          "text/plain:::hi\n|"                                   },
    {"no body",           "A: b\n",                                                                "text/plain:::|"                                       },
    {"nothing",           "",                                                                      "text/plain:::|"                                       },
    {"a type",            "Content-Type: Text/HTML ; charset=x\n\n<p>",                            "text/html:::<p>|"                                     },
    {"no type",           "Content-Type: text\n\nx",                                               "text/plain:::x|"                                      },
    {"two",
     MIXED "pre\n--b\n\none\n--b \nContent-Type: image/png\nContent-Disposition: attachment; "
           "filename=a\n\ntwo\n--b--\npost",                                                       "text/plain:::one|image/png:a:a:two|"                  },
    {"CRLF",
     "Content-Type: multipart/mixed; boundary=\"b c\"\r\n\r\n--b c\r\n\r\none\r\n\r\n--b c--\r\n", "text/plain:::one\r\n|"                                },
    {"no last one",       MIXED "--b\n\none\n",                                                    "text/plain:::one\n|"                                  },
    {"empty ones",        MIXED "--b\n--b\n\n--b--\n",                                             "text/plain:::|text/plain:::|"                         },
    {"no delimiter",      MIXED "x\n",                                                             "multipart/mixed:::x\n|"                               },
    {"no boundary",       "Content-Type: multipart/mixed\n\nx",                                    "multipart/mixed:::x|"                                 },
    {"nothing in it",     MIXED "--b--\n",                                                         "text/plain:::|"                                       },
    {"like a delimiter",  MIXED "--b\n\n--bc\n --b\nx\n--b--",                                     "text/plain:::--bc\n --b\nx|"                          },
    {"within each other",
     MIXED "--b\nContent-Type: multipart/alternative; "
           "boundary=c\n\n--c\n\none\n--c\n\ntwo\n--b\n\nthree\n--b--\n",                          "text/plain:::one|text/plain:::two|text/plain:::three|"},
    {"base64",            "Content-Transfer-Encoding: BASE64\n\naGk\n=\n",                         "text/plain:::hi|"                                     },
    {"quoted-printable",  "Content-Transfer-Encoding: quoted-printable\n\na=\nb=3Dc=x = \n\n=4",
     "text/plain:::ab=c=x \n=4|"                                                                                                                          },
    {"name of a type",    "Content-Type: application/x; name=\"=?UTF-8?Q?=C3=A4?=\"\n\nx",
     "application/x:\xc3\xa4::x|"                                                                                                                         },
    {"a message",         "Content-Type: message/rfc822\n\nA: b\n\nx",                             "message/rfc822:::A: b\n\nx|"                          },
};

static void test_parts(void)
{
    for (size_t i = 0; i < sizeof parts_rows / sizeof parts_rows[0]; i++) {
        const struct parts_row *row = &parts_rows[i];
        struct arena *arena = arena_new();
        struct buf seen = {0};
        size_t count = 0;
        const struct mail_part *parts = mail_parts_read(bytes_of(row->message), arena, &count);
        for (size_t k = 0; k < count; k++) {
            buf_printf(&seen, "%s:%.*s:%s:", parts[k].type, (int)parts[k].name.n,
                       (const char *)parts[k].name.p, parts[k].is_attachment ? "a" : "");
            mail_part_content(&parts[k], &seen);
            buf_append_octet(&seen, '|');
        }
        if (strcmp(buf_text(&seen), row->parts) != 0) {
            fprintf(stderr, "row \"%s\": got %s\n", row->name, buf_text(&seen));
        }
        UNIT_ROW(row->name, strcmp(buf_text(&seen), row->parts) == 0);
        buf_deinit(&seen);
        arena_free(&arena);
    }
}

/* Neither ends the program, nor time. */
static void test_too_many(void)
{
    struct arena *arena = arena_new();
    struct buf message = {0};
    size_t count = 0;
    buf_append_text(&message, MIXED);
    for (unsigned i = 0; i < 3 * MAIL_MOST_PARTS; i++) {
        buf_append_text(&message, "--b\n\nx\n");
    }
    (void)mail_parts_read(buf_bytes(&message), arena, &count);
    CU_ASSERT(count == MAIL_MOST_PARTS);
    buf_clear(&message);
    for (unsigned i = 0; i < 3 * MAIL_MOST_DEPTH; i++) {
        buf_printf(&message, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
    }
    (void)mail_parts_read(buf_bytes(&message), arena, &count);
    CU_ASSERT(count == 1);
    buf_deinit(&message);
    arena_free(&arena);
}

static void test_text(void)
{
    static const struct mail_part part = {.type = "text/plain",
                                          .charset = BYTES_INIT("iso-8859-1"),
                                          .body = BYTES_INIT("Gr=FC=DFe"),
                                          .transfer = MAIL_QUOTED_PRINTABLE};
    struct buf text = {0};
    mail_part_text(&part, &text);
    CU_ASSERT_STRING_EQUAL(buf_text(&text), "Gr\xc3\xbc\xc3\x9f"
                                            "e");
    CU_ASSERT(mail_part_is_text(&part));
    buf_deinit(&text);
}

/* ---- Parameters ---- */

static const struct parameter_row {
    const char *value;
    const char *found; /* of "f"; NULL: it is not there */
} parameter_rows[] = {
    {"x; f=a",                                    "a"          },
    {"x;F = \"a;b\"; g=c",                        "a;b"        },
    {"x; g=\"; f=a\"",                            NULL         },
    {"x; g=\"\\\"; f=b\"; f=a",                   "a"          },
    {"x; f=\"a",                                  "\"a"        },
    {"x; f",                                      NULL         },
    {"f=a",                                       NULL         },
    {"x; f*=UTF-8''%C3%A4%2",                     "\xc3\xa4%2" },
    {"x; f*=iso-8859-1'de'%E4; f=b",              "\xc3\xa4"   },
    {"x; f*=no-quotes",                           "no-quotes"  },
    {"x; f*0*=utf-8''%C3; f*1*=%A4; f*2=\"%41\"", "\xc3\xa4%41"},
    {"x; f*1=b; f*0=a",                           "ab"         },
    {"x; f*0=a; f*2=c",                           "a"          },
    {"x; f==?UTF-8?B?w6Q=?=",                     "\xc3\xa4"   },
    {"x; f=",                                     ""           },
};

static void test_parameters(void)
{
    for (size_t i = 0; i < sizeof parameter_rows / sizeof parameter_rows[0]; i++) {
        const struct parameter_row *row = &parameter_rows[i];
        struct buf found = {0};
        const bool is_there = mail_parameter_find(bytes_of(row->value), "f", &found);
        UNIT_ROW(row->value, is_there == (row->found != NULL));
        UNIT_ROW(row->value, row->found == NULL || strcmp(buf_text(&found), row->found) == 0);
        buf_deinit(&found);
    }
    CU_ASSERT(bytes_is(mail_parameter_main(BYTES_LIT(" a/b ; c=d")), "a/b"));
}

/* ---- Charsets ---- */

static const struct charset_row {
    const char *charset;
    const char *text;
    bool known;
    const char *read;
} charset_rows[] = {
    {"",              "a",    true,  "a"           },
    {"UTF-8",         "\xff", true,  "\xff"        },
    {"ISO-8859-15",   "\xa4", true,  "\xe2\x82\xac"},
    {"windows-1252",  "\x80", true,  "\xe2\x82\xac"},
    {"utf-16be",      "a",    false, "a"           },
    {"UTF-8//IGNORE", "\xff", false, "\xff"        },
    {"no-such",       "\xff", false, "\xff"        },
};

static void test_charsets(void)
{
    for (size_t i = 0; i < sizeof charset_rows / sizeof charset_rows[0]; i++) {
        const struct charset_row *row = &charset_rows[i];
        struct buf read = {0};
        UNIT_ROW(row->charset, mail_charset_read(&read, bytes_of(row->charset),
                                                 bytes_of(row->text)) == row->known);
        UNIT_ROW(row->charset, strcmp(buf_text(&read), row->read) == 0);
        buf_deinit(&read);
    }
}

/* ---- Names of files ---- */

static const struct name_row {
    const char *name;
    const char *safe;
} name_rows[] = {
    {"a.pdf",             "a.pdf"            },
    {"M\xc3\xa4rz 1.pdf", "M\xc3\xa4rz 1.pdf"},
    {"../../etc/passwd",  "passwd"           },
    {"/etc/passwd",       "passwd"           },
    {"C:\\x\\y.txt",      "y.txt"            },
    {"..",                "else"             },
    {".",                 "else"             },
    {"",                  "else"             },
    {"a/",                "else"             },
    {"..\\",              "else"             },
    {".bashrc",           "bashrc"           },
    {"-rf",               "rf"               },
    {" . -x",             "x"                },
    {"a\nb\x1b[31m",      "a_b_[31m"         },
    {"a\xff.txt",         "a_.txt"           },
    {"\xe2\x80\xae"
     "fdp.exe",      "_fdp.exe"         },
    {"a:b*c?",            "a_b_c_"           },
};

static void test_file_names(void)
{
    for (size_t i = 0; i < sizeof name_rows / sizeof name_rows[0]; i++) {
        struct buf safe = {0};
        mail_file_name(&safe, bytes_of(name_rows[i].name), "else");
        UNIT_ROW(name_rows[i].name, strcmp(buf_text(&safe), name_rows[i].safe) == 0);
        buf_deinit(&safe);
    }
}

static void test_long_file_names(void)
{
    struct buf name = {0};
    struct buf safe = {0};
    for (unsigned i = 0; i < 200; i++) {
        buf_append_text(&name, "\xc3\xa4");
    }
    buf_append_text(&name, ".pdf");
    mail_file_name(&safe, buf_bytes(&name), "else");
    CU_ASSERT(safe.n <= MAIL_FILE_NAME_OCTETS && safe.n > MAIL_FILE_NAME_OCTETS - 4);
    CU_ASSERT(bytes_ends(buf_bytes(&safe), "\xa4.pdf"));
    buf_deinit(&name);
    buf_deinit(&safe);
}

static const struct unit_test tests[] = {
    {"parts",               test_parts          },
    {"too many",            test_too_many       },
    {"a text",              test_text           },
    {"parameters",          test_parameters     },
    {"charsets",            test_charsets       },
    {"names of files",      test_file_names     },
    {"long names of files", test_long_file_names},
};

UNIT_MAIN("mail_parts", tests)
