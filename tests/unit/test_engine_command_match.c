/* Is a line that a client said the one that was written? */
#include "engine/command_match.h"

#include "base/escape.h"
#include "engine_written.h"
#include "unit.h"

enum how { FRAME, VALUES, GLOB, REGEX, EXACT, RESPONSE };

struct row {
    enum how how;
    const char *written;
    struct bytes came;
    bool matches;
    const char *bound; /* "a=x b=y" */
};

#define L(literal) BYTES_INIT(literal "\r\n")

// clang-format off
/* {{who}} is bound to Jones@Example.ORG, {{name}} to c.example, {{n}} to 7. */
static const struct row mail_rows[] = {
    /* Told by the verb. */
    {FRAME, "MAIL FROM:<x@y>", L("MAIL FROM:<a@b>"), true, ""},
    {FRAME, "MAIL FROM:<x@y>", L("mail from:<a@b>"), true, ""},
    {FRAME, "MAIL FROM:<x@y>", L("MaIl"), true, ""},
    {FRAME, "MAIL FROM:<x@y>", L("MAIL  FROM:<a@b> "), true, ""},
    {FRAME, "MAIL FROM:<x@y>", L("MAILX FROM:<a@b>"), false, ""},
    {FRAME, "MAIL FROM:<x@y>", L("RCPT TO:<a@b>"), false, ""},
    {FRAME, "MAIL FROM:<x@y>", L(""), false, ""},
    {FRAME, "mail", L("MAIL FROM:<a@b>"), true, ""},
    {FRAME, "NOOP", L("NOOP something"), true, ""},
    {FRAME, "NOOP", BYTES_INIT("NOOP\n"), true, ""},
    {FRAME, "NOOP", BYTES_INIT("NOOP"), true, ""},
    {FRAME, "XTEST a", L("xtest b"), true, ""},
    {FRAME, "XTEST a", L("XTESTS b"), false, ""},
    {FRAME, "XTEST a", L("YTEST a"), false, ""},
    {FRAME, "XTEST", L("XTEST\0"), false, ""},
    {FRAME, "{{repeat 3 \"x\"}} a", L("XXX b"), true, ""},
    {FRAME, "EHLO x", L("HELO x"), false, ""},
    {FRAME, "LHLO x", L("lhlo y"), true, ""},
    /* Parameters that are written must be there, others may. */
    {FRAME, "MAIL FROM:<x@y> SIZE=1", L("MAIL FROM:<a@b> size=2000"), true, ""},
    {FRAME, "MAIL FROM:<x@y> SIZE=1", L("MAIL FROM:<a@b> BODY=7BIT SIZE=2"), true, ""},
    {FRAME, "MAIL FROM:<x@y> SIZE=1", L("MAIL FROM:<a@b> BODY=7BIT"), false, ""},
    {FRAME, "MAIL FROM:<x@y> SIZE=1", L("MAIL FROM:<SIZE=1>"), false, ""},
    {FRAME, "MAIL FROM:<x@y> SIZE=1", L("MAIL FROM:<\"> SIZE=1\"@b>"), false, ""},
    {FRAME, "MAIL FROM:<x@y> SIZE=1", L("MAIL FROM:<\"> x\"@b> SIZE=1"), true, ""},
    {FRAME, "MAIL FROM:<x@y> SMTPUTF8 BODY=8BITMIME", L("MAIL FROM:<a@b> BODY=8BITMIME SmtpUtf8"), true, ""},
    {FRAME, "MAIL FROM:<x@y> SMTPUTF8 BODY=8BITMIME", L("MAIL FROM:<a@b> SMTPUTF8"), false, ""},
    {FRAME, "MAIL FROM:<x@y> SIZE=1", L("MAIL FROM:<a@b> SIZES=1"), false, ""},
    {FRAME, "RCPT TO:<x@y> NOTIFY=NEVER", L("RCPT TO:<a@b> NOTIFY=SUCCESS"), true, ""},
    {FRAME, "RCPT TO:<x@y> NOTIFY=NEVER", L("RCPT TO:<a@b>"), false, ""},
    {FRAME, "VRFY x SMTPUTF8", L("VRFY y"), true, ""},
    /* Compared whole: verbs, keywords and domains know no case. */
    {VALUES, "MAIL FROM:<{{who}}>", L("MAIL FROM:<Jones@Example.ORG>"), true, ""},
    {VALUES, "MAIL FROM:<{{who}}>", L("mail From:<Jones@example.org>"), true, ""},
    {VALUES, "MAIL FROM:<{{who}}>", L("MAIL FROM:<jones@example.org>"), false, ""},
    {VALUES, "MAIL FROM:<{{who}}>", L("MAIL FROM:<Jones@example.com>"), false, ""},
    {VALUES, "MAIL FROM:<{{who}}>", L("MAIL FROM:<Jones@example.org> SIZE=5 BODY=7BIT"), true, ""},
    {VALUES, "MAIL FROM:<{{who}}>", L("MAIL FROM:<Jones@example.org.> SIZE=5"), false, ""},
    {VALUES, "MAIL FROM:<{{who}}>", L("MAIL FROM:<Jones@example.org>x"), false, ""},
    {VALUES, "MAIL FROM:<{{who}}>", L("MAIL FROM: <Jones@Example.ORG>"), false, ""},
    {VALUES, "MAIL FROM:<{{who}}>", L("RCPT TO:<Jones@Example.ORG>"), false, ""},
    {VALUES, "MAIL FROM:<{{who}}> SIZE={{n}}", L("MAIL FROM:<Jones@Example.ORG> BODY=7BIT size=7"), true, ""},
    {VALUES, "MAIL FROM:<{{who}}> SIZE={{n}}", L("MAIL FROM:<Jones@Example.ORG> SIZE=8"), false, ""},
    {VALUES, "MAIL FROM:<{{who}}> SIZE={{n}}", L("MAIL FROM:<Jones@Example.ORG>"), false, ""},
    {VALUES, "MAIL FROM:<\"a@b>c\"@{{name}}>", L("MAIL FROM:<\"a@b>c\"@C.EXAMPLE> SIZE=1"), true, ""},
    {VALUES, "MAIL FROM:<\"a@b>c\"@{{name}}>", L("MAIL FROM:<\"A@b>c\"@c.example> SIZE=1"), false, ""},
    {VALUES, "MAIL FROM:<\"a\\\"@b\"@{{name}}>", L("MAIL FROM:<\"a\\\"@b\"@C.Example>"), true, ""},
    {VALUES, "RCPT TO:<{{who}}> ORCPT=rfc822;{{who}}", L("RCPT TO:<Jones@EXAMPLE.org> NOTIFY=NEVER orcpt=rfc822;Jones@Example.ORG"), true, ""},
    /* Captures. */
    {VALUES, "MAIL FROM:<{{a}}>", L("MAIL FROM:<x@y>"), true, "a=x@y"},
    {VALUES, "MAIL FROM:<{{a}}>", L("mail from:<x@y> SIZE=3"), true, "a=x@y"},
    {VALUES, "MAIL FROM:<{{a}}>", L("MAIL FROM:<\"q>r@s\"@y> SIZE=3"), true, "a=\"q>r@s\"@y"},
    {VALUES, "MAIL FROM:<{{a}}> SIZE={{b:int}}", L("MAIL FROM:<x@y> BODY=7BIT size=33 RET=HDRS"), true, "a=x@y b=33"},
    {VALUES, "MAIL FROM:<{{a}}> SIZE={{b:int}}", L("MAIL FROM:<x@y> SIZE=no"), false, ""},
    {VALUES, "MAIL FROM:<{{a}}> SIZE={{b:int}}", L("MAIL FROM:<x@y>"), false, ""},
    {VALUES, "RCPT TO:<{{a:word}}@{{name}}>", L("rcpt to:<x@C.Example> NOTIFY=NEVER"), true, "a=x"},
    {VALUES, "{{a:word}} FROM:<x>", L("MAIL FROM:<x>"), true, "a=MAIL"},
    {VALUES, "EHLO {{a:word}}", L("EHLO x.y"), true, "a=x.y"},
    {VALUES, "EHLO {{a:word}}", L("ehlo x.y"), true, "a=x.y"},
    {VALUES, "EHLO {{a:word}}", L("EHLO"), false, ""},
    {VALUES, "EHLO {{name}}", L("EHLO C.Example"), true, ""},
    {VALUES, "EHLO {{name}}", L("HELO c.example"), false, ""},
    {VALUES, "EHLO {{name}}", L("EHLO d.example"), false, ""},
    {VALUES, "NOOP {{name}}", L("NOOP C.example"), false, ""},
    {VALUES, "NOOP {{name}}", L("noop c.example"), true, ""},
    {VALUES, "AUTH PLAIN {{a:base64}}", L("auth PLAIN AGEAYg=="), true, "a=AGEAYg=="},
    {VALUES, "BDAT {{a:int}} LAST", L("BDAT 12 LAST"), true, "a=12"},
    {VALUES, "X {{a:hex}}", L("X 00fF"), true, "a=00fF"},
    {VALUES, "X {{a:hex}}", L("X 00fg"), false, ""},
    {VALUES, "X {{a}}", L("X \0\xff"), true, "a=\\0\\xff"},
    {VALUES, "X {{a}} {{a}}", L("X 1 1"), true, "a=1"},
    {VALUES, "X {{a}} {{a}}", L("X 1 2"), false, ""},
    /* Patterns and exact lines are taken at their word, but for the verb. */
    {GLOB, "MAIL FROM:<*@y> *", L("MAIL FROM:<x@y> SIZE=1"), true, ""},
    {GLOB, "MAIL FROM:<*@y> *", L("MAIL FROM:<x@y>"), false, ""},
    {GLOB, "[EH]*LO *", L("[EH]xLO y"), true, ""},
    {GLOB, "?HLO *", L("EHLO y"), true, ""},
    {REGEX, "(EH|HE)LO .*", L("HELO y"), true, ""},
    {REGEX, "(EH|HE)LO {{a:word}}", L("EHLO y"), true, "a=y"},
    {REGEX, "MAIL", L("XMAIL"), false, ""},
    {EXACT, "NOOP", L("NOOP"), true, ""},
    {EXACT, "NOOP", L("noop"), false, ""},
    {EXACT, "NOOP", BYTES_INIT("NOOP\n"), false, ""},
    {EXACT, "MAIL FROM:<{{a}}>", L("MAIL FROM:<x> SIZE=1"), false, ""},
    {EXACT, "MAIL FROM:<{{a}}>", L("MAIL FROM:<x>"), true, "a=x"},
    /* Responses have no verb. */
    {RESPONSE, "{{a:base64}}", L("AGE="), true, "a=AGE="},
    {RESPONSE, "{{name}}", L("C.EXAMPLE"), false, ""},
    {RESPONSE, "{{name}}", L("c.example"), true, ""},
};

static const struct row pop3_rows[] = {
    {FRAME, "RETR 1", L("retr 1"), true, ""},
    {FRAME, "RETR 1", L("RETR 01"), true, ""},
    {FRAME, "RETR 1", L("RETR 2"), false, ""},
    {FRAME, "RETR 1", L("RETR"), false, ""},
    {FRAME, "RETR 1", L("RETR 1 2"), false, ""},
    {FRAME, "RETR 1", L("RETR x"), false, ""},
    {FRAME, "RETR x", L("RETR x"), true, ""},
    {FRAME, "RETR x", L("RETR y"), false, ""},
    {FRAME, "RETR 18446744073709551617", L("RETR 18446744073709551617"), true, ""},
    {FRAME, "STLS x", L("STLS x"), true, ""},
    {FRAME, "STLS x", L("STLS"), false, ""},
    {FRAME, "RETR 1", L("RETR 18446744073709551617"), false, ""},
    {FRAME, "LANG de-AT", L("lang DE-at"), true, ""},
    {FRAME, "LANG *", L("LANG *"), true, ""},
    {FRAME, "LANG es", L("LANG sv"), false, ""},
    {FRAME, "LANG es", L("LANG"), false, ""},
    {FRAME, "RETR {{n}}", L("RETR 7"), true, ""},
    {FRAME, "RETR {{n}}", L("RETR 6"), false, ""},
    {FRAME, "LIST", L("LIST"), true, ""},
    {FRAME, "LIST", L("LIST 1"), false, ""},
    {FRAME, "LIST 1", L("LIST"), false, ""},
    {FRAME, "TOP 1 0", L("TOP 1  0"), true, ""},
    {FRAME, "TOP 1 0", L("TOP 1 10"), false, ""},
    {FRAME, "USER x", L("user y"), true, ""},
    {FRAME, "PASS x", L("PASS two words"), true, ""},
    {FRAME, "APOP x 0", L("APOP y c4c9"), true, ""},
    {FRAME, "AUTH PLAIN", L("AUTH"), true, ""},
    {FRAME, "XTND 1", L("XTND 2"), true, ""},
    {FRAME, "DELE 1", L("QUIT"), false, ""},
    {VALUES, "USER {{a:word}}", L("user jones"), true, "a=jones"},
    {VALUES, "USER {{name}}", L("USER C.example"), false, ""},
    {VALUES, "PASS {{a}}", L("PASS two words "), true, "a=two words "},
    {VALUES, "RETR {{a:int}}", L("retr 12"), true, "a=12"},
    {VALUES, "RETR {{a:int}}", L("RETR"), false, ""},
    {VALUES, "APOP {{a:word}} {{b:hex}}", L("APOP mrose c4c9"), true, "a=mrose b=c4c9"},
    {GLOB, "RETR ?", L("RETR 3"), true, ""},
};
// clang-format on

static bool bound_are(const struct vars *vars, const char *wanted)
{
    static const char *const names[] = {"a", "b"};
    struct buf all = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct bytes value;
        if (vars_get(vars, names[i], &value)) {
            buf_printf(&all, "%s%s=", all.n > 0 ? " " : "", names[i]);
            escape_append(&all, value, 0);
        }
    }
    bool same = bytes_is(buf_bytes(&all), wanted);
    if (!same) {
        fprintf(stderr, "bound: %s\n", buf_text(&all));
    }
    buf_deinit(&all);
    return same;
}

static struct vars *known_vars(void)
{
    struct vars *vars = vars_new();
    vars_set(vars, "who", bytes_of("Jones@Example.ORG"));
    vars_set(vars, "name", bytes_of("c.example"));
    vars_set(vars, "n", bytes_of("7"));
    return vars;
}

static struct line line_of(struct arena *arena, const char *text, enum how how)
{
    static const enum compare compares[] = {COMPARE_FRAME, COMPARE_VALUES, COMPARE_GLOB,
                                            COMPARE_REGEX, COMPARE_EXACT,  COMPARE_VALUES};
    return (struct line){.text = written(arena, bytes_of(text)), .compare = compares[how]};
}

static void check_rows(const struct row *rows, size_t count, enum protocol protocol)
{
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        struct arena *arena = arena_new();
        struct vars *vars = known_vars();
        const struct scope scope = {vars, NULL, NULL};
        const struct line line = line_of(arena, row->written, row->how);
        const struct command_matching matching = {.line = &line,
                                                  .raw = row->came,
                                                  .protocol = protocol,
                                                  .is_response = row->how == RESPONSE,
                                                  .scope = &scope};
        struct line_difference difference = {.offset = BYTES_NONE};
        struct error error = {""};
        enum line_match match = command_match(&matching, &difference, &error);
        struct buf name = {0};
        buf_printf(&name, "%s  <-  %.*s", row->written, (int)row->came.n,
                   (const char *)row->came.p);
        UNIT_ROW(buf_text(&name), match == (row->matches ? LINE_MATCH : LINE_DIFFERS));
        UNIT_ROW(buf_text(&name), bound_are(vars, row->bound));
        UNIT_ROW(buf_text(&name),
                 difference.offset == BYTES_NONE || difference.offset <= row->came.n);
        buf_deinit(&name);
        buf_deinit(&difference.expected);
        vars_free(&vars);
        arena_free(&arena);
    }
}

static void test_mail(void)
{
    check_rows(mail_rows, sizeof mail_rows / sizeof mail_rows[0], PROTOCOL_SMTP);
    check_rows(mail_rows, sizeof mail_rows / sizeof mail_rows[0], PROTOCOL_LMTP);
}

static void test_pop3(void)
{
    check_rows(pop3_rows, sizeof pop3_rows / sizeof pop3_rows[0], PROTOCOL_POP3);
}

/* Far longer than SMTP lets a line be: it is compared, or it is not, but it is no error. */
static void test_long(void)
{
    static const struct {
        const char *written;
        enum line_match match;
    } rows[] = {
        {"MAIL FROM:<{{a}}>",                LINE_MATCH  },
        {"MAIL FROM:<{{a}}> SIZE={{b:int}}", LINE_DIFFERS},
        {"MAIL FROM:<{{who}}>",              LINE_DIFFERS},
        {"{{a:word}} FROM:<{{b:word}}>",     LINE_MATCH  },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct vars *vars = known_vars();
        const struct scope scope = {vars, NULL, NULL};
        struct buf raw = {0};
        struct error error = {""};
        buf_append_text(&raw, "MAIL FROM:<");
        buf_append_fill(&raw, 'x', 20 * 1000);
        buf_append_text(&raw, ">\r\n");
        const struct line line = line_of(arena, rows[i].written, VALUES);
        const struct command_matching matching = {
            .line = &line, .raw = buf_bytes(&raw), .protocol = PROTOCOL_SMTP, .scope = &scope};
        UNIT_ROW(rows[i].written, command_match(&matching, NULL, &error) == rows[i].match);
        if (error.text[0] != '\0') {
            fprintf(stderr, "  %s\n", error.text);
        }
        buf_deinit(&raw);
        vars_free(&vars);
        arena_free(&arena);
    }
}

/* As long as a line may be, and all of it what is looked for. */
static void test_full_of_signs(void)
{
    static const char signs[] = "@<>\"\\ =:";
    for (size_t i = 0; i < sizeof signs - 1; i++) {
        struct arena *arena = arena_new();
        struct vars *vars = known_vars();
        const struct scope scope = {vars, NULL, NULL};
        struct buf raw = {0};
        char name[] = {signs[i], '\0'};
        buf_append_text(&raw, "MAIL FROM:<");
        buf_append_fill(&raw, (unsigned char)signs[i], 1000 * 1000);
        buf_append_text(&raw, "\r\n");
        const struct line line = line_of(arena, "MAIL FROM:<*@x> SIZE=?", GLOB);
        const struct command_matching matching = {
            .line = &line, .raw = buf_bytes(&raw), .protocol = PROTOCOL_SMTP, .scope = &scope};
        UNIT_ROW(name, command_match(&matching, NULL, NULL) == LINE_DIFFERS);
        buf_deinit(&raw);
        vars_free(&vars);
        arena_free(&arena);
    }
}

static void test_same_verb(void)
{
    static const struct {
        const char *written;
        const char *came;
        enum protocol protocol;
        bool same;
    } rows[] = {
        {"MAIL FROM:<{{a}}>", "mail\r\n",   PROTOCOL_SMTP, true },
        {"MAIL FROM:<{{a}}>", "RCPT x\r\n", PROTOCOL_SMTP, false},
        {"{{a}} FROM:<x>",    "MAIL\r\n",   PROTOCOL_SMTP, false},
        {"XA {{a}}",          "xa b\r\n",   PROTOCOL_SMTP, true },
        {"XA {{a}}",          "XB b\r\n",   PROTOCOL_SMTP, false},
        {"RETR 1",            "retr 2\r\n", PROTOCOL_POP3, true },
        {"RETR 1",            "DELE 1\r\n", PROTOCOL_POP3, false},
        {"RETR 1",            "\r\n",       PROTOCOL_POP3, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct vars *vars = known_vars();
        const struct scope scope = {vars, NULL, NULL};
        const struct line line = line_of(arena, rows[i].written, VALUES);
        const struct command_matching matching = {.line = &line,
                                                  .raw = bytes_of(rows[i].came),
                                                  .protocol = rows[i].protocol,
                                                  .scope = &scope};
        UNIT_ROW(rows[i].written, command_same_verb(&matching) == rows[i].same);
        vars_free(&vars);
        arena_free(&arena);
    }
}

static const struct unit_test tests[] = {
    {"mail",          test_mail         },
    {"pop3",          test_pop3         },
    {"long",          test_long         },
    {"full of signs", test_full_of_signs},
    {"same verb",     test_same_verb    },
};

UNIT_MAIN("engine_command_match", tests)
