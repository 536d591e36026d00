/* UTF-8 and the languages of the responses (RFC 6856), each row whole, cut at every octet, and octet by octet. */
#include "pop3_rows.h"

#include "fake_servers/pop3_texts.h"

#define READY(text)                                                                                \
    "+OK mailspec " MAILSPEC_VERSION " " text " <5.1700000000000000@mx.example.test>\r\n"
#define GREETING READY("POP3 server ready")
#define GERMAN   READY("POP3-Server ist bereit")
/* Of a server whose users the messages are not for. */
#define GREETING_0                                                                                 \
    "+OK mailspec " MAILSPEC_VERSION " POP3 server ready <1.1700000000000000@mx.example.test>\r\n"
#define DIGEST   "398d43b3822ff1d2e07d924e51cd0b34"
#define MAILDROP "+OK Maildrop has 4 messages (61 octets)\r\n"
#define LOGIN    "USER alice\r\nPASS secret-a\r\n"
#define PASS     "+OK Now send PASS\r\n"
#define IN       PASS MAILDROP
#define THREE    "language en\nlanguage de\nlanguage fr"
#define NONE     "-ERR No such language, LANG lists those that are there\r\n"
#define NONE_DE  "-ERR Diese Sprache gibt es nicht, LANG nennt die vorhandenen\r\n"
#define UTF8     "+OK UTF-8 from now on\r\n"
#define ENGLISH  " The language is English now\r\n"
#define DEUTSCH  " Die Sprache ist jetzt Deutsch\r\n"
#define NEEDS                                                                                      \
    "-ERR [UTF8] The header of this message has octets above 127: send UTF8 before the login\r\n"
#define BAD_NAME                                                                                   \
    "-ERR The name is not well-formed UTF-8, or holds a character that no name may have\r\n"
#define BAD_LOGIN                                                                                  \
    "-ERR [AUTH] Name or secret is not well-formed UTF-8, or holds a character that it may not "   \
    "have\r\n"
#define WRONG    "-ERR [AUTH] Name or secret is wrong\r\n"
#define ODD      "-ERR Invalid character: NUL, bare CR, bare LF or an octet above 127\r\n"
#define EMPTY    "+OK Maildrop has 0 messages (0 octets)\r\n"
#define STATE(k) "-ERR " k " is not allowed in this state\r\n"

static const struct server_message messages[] = {
    {"alice", BYTES_INIT("Subject: gr\xC3\xBC\xC3\x9F\x65\r\n\r\na\r\n")},
    {"alice", BYTES_INIT("Subject: two\r\n\r\n\xC3\xBC\r\n")            },
    {"alice", BYTES_INIT("\r\n\xC3\xBC\xFF\r\nSubject\r\n\r\n")         },
    {"alice", BYTES_INIT("")                                            },
};

#define ROW(name, settings, input, output)                                                         \
    {                                                                                              \
        name, settings, BYTES_INIT(input), BYTES_INIT(output)                                      \
    }

#define JUERGEN "user J\xC3\xBCrgen gr\xC3\xBC\xC3\x9F"

// clang-format off
static const struct pop3_row utf8_rows[] = {
    ROW("UTF8", NULL, "UTF8\r\nutf8\r\nUTF8 x\r\n" LOGIN "UTF8\r\n",
        GREETING UTF8 UTF8 "-ERR UTF8 takes fewer arguments\r\n" IN STATE("UTF8")),
    ROW("a message that needs it", NULL, LOGIN "RETR 1\r\nTOP 1 0\r\nLIST 1\r\nUIDL 1\r\nRETR 2\r\nRETR 3\r\nTOP 3 1\r\nRETR 4\r\nDELE 1\r\n",
        GREETING IN NEEDS NEEDS "+OK 1 23\r\n+OK 1 60a24181e4000.1\r\n"
        "+OK 20 octets\r\nSubject: two\r\n\r\n\xC3\xBC\r\n.\r\n"
        "+OK 18 octets\r\n\r\n\xC3\xBC\xFF\r\nSubject\r\n\r\n.\r\n"
        "+OK Top of the message follows\r\n\r\n\xC3\xBC\xFF\r\n.\r\n"
        "+OK 0 octets\r\n.\r\n+OK Message 1 deleted\r\n"),
    ROW("it is sent as it is", NULL, "UTF8\r\n" LOGIN "RETR 1\r\nTOP 1 0\r\n",
        GREETING UTF8 IN "+OK 23 octets\r\nSubject: gr\xC3\xBC\xC3\x9F\x65\r\n\r\na\r\n.\r\n"
        "+OK Top of the message follows\r\nSubject: gr\xC3\xBC\xC3\x9F\x65\r\n\r\n.\r\n"),
    ROW("a server without UTF8", "hide-capa UTF8", LOGIN "TOP 1 0\r\n",
        GREETING IN "+OK Top of the message follows\r\nSubject: gr\xC3\xBC\xC3\x9F\x65\r\n\r\n.\r\n"),
    ROW("no response codes", "hide-capa RESP-CODES", LOGIN "RETR 1\r\n",
        GREETING IN "-ERR The header of this message has octets above 127: send UTF8 before the login\r\n"),

    ROW("a name in UTF-8", JUERGEN, "USER J\xC3\xBCrgen\r\nPASS gr\xC3\xBC\xC3\x9F\r\n", GREETING_0 PASS EMPTY),
    ROW("a name in UTF-8 mode", JUERGEN, "UTF8\r\nUSER J\xC3\xBCrgen\r\nPASS gr\xC3\xBC\xC3\x9F\r\n", GREETING_0 UTF8 PASS EMPTY),
    ROW("a digest", JUERGEN, "APOP J\xC3\xBCrgen 27ef4edeb9ea1e02f0efdb3e84d5ce0c\r\nAPOP J\xC3\xBCrgen " DIGEST "\r\n", GREETING_0 WRONG EMPTY),
    ROW("another name", JUERGEN, "USER J\xC3\xB6rgen\r\nPASS gr\xC3\xBC\xC3\x9F\r\n", GREETING_0 PASS WRONG),
    ROW("another secret", JUERGEN, "USER J\xC3\xBCrgen\r\nPASS gr\xC3\xBCss\r\n", GREETING_0 PASS WRONG),
    ROW("not composed", JUERGEN, "USER Ju\xCC\x88rgen\r\nPASS gr\xC3\xBC\xC3\x9F\r\n", GREETING_0 PASS WRONG),
    ROW("a soft hyphen", JUERGEN, "USER J\xC3\xBC\xC2\xADrgen\r\nPASS gr\xC3\xBC\xEF\xBB\xBF\xC3\x9F\r\n", GREETING_0 PASS EMPTY),
    ROW("a space that does not break", NULL, "USER bob\r\nPASS secret\xC2\xA0\x62\r\nSTAT\r\n", GREETING PASS EMPTY "+OK 0 0\r\n"),
    ROW("Latin-1", JUERGEN, "USER J\xFCrgen\r\nPASS gr\xFC\xDF\r\nUSER J\xC3\xBCrgen\r\nPASS gr\xFC\xDF\r\n",
        GREETING_0 BAD_NAME "-ERR USER must come just before PASS\r\n" PASS BAD_LOGIN),
    ROW("overlong", NULL, "USER \xC1\xA1lice\r\nUSER \xE0\x80\xAF\r\nAPOP \xC1\xA1lice x\r\n", GREETING BAD_NAME BAD_NAME BAD_LOGIN),
    ROW("surrogate, cut short, too high", NULL, "USER \xED\xA0\x80\r\nUSER a\xE2\x82\r\nUSER \xF4\x90\x80\x80\r\nUSER \xBF\r\n",
        GREETING BAD_NAME BAD_NAME BAD_NAME BAD_NAME),
    ROW("prohibited", NULL, "USER \xEE\x80\x80\r\nUSER \xE2\x80\xAE\r\nUSER \xEF\xBF\xBD\r\nUSER \xF0\x9F\xBF\xBE\r\nUSER \xC2\x80\r\n"
        "USER alice\r\nPASS \xE2\x80\xA8\r\n",
        GREETING BAD_NAME BAD_NAME BAD_NAME BAD_NAME BAD_NAME PASS BAD_LOGIN),
    ROW("any login", "login any", "USER \xFF\r\nUSER \xC3\xBC\r\nPASS \xFF\r\nUSER \xC3\xBC\r\nPASS \xC3\xBC\r\n",
        GREETING BAD_NAME PASS BAD_LOGIN PASS MAILDROP),
    ROW("no UTF8, no such names", JUERGEN "\nhide-capa UTF8", "USER J\xC3\xBCrgen\r\nUSER alice\r\nPASS \xC3\xBC\r\nAPOP \xC3\xBC x\r\n",
        GREETING_0 ODD PASS ODD ODD),
    ROW("elsewhere", NULL, "UTF8\r\nLANG \xC3\xBC\r\nUTF8 \xC3\xBC\r\n\xC3\xBC\r\nUSER a\0\xC3\xBC\r\nUSER\xC3\xBC\r\n" LOGIN "RETR \xC3\xBC\r\n",
        GREETING UTF8 ODD ODD ODD ODD ODD IN ODD),
};

static const struct pop3_row lang_rows[] = {
    ROW("one language", NULL, "LANG\r\nLANG en\r\nLANG *\r\nLANG de\r\nLANG\r\n",
        GREETING "+OK Language listing follows\r\nen English\r\n.\r\n+OK en" ENGLISH "+OK en" ENGLISH NONE
        "+OK Language listing follows\r\nen English\r\n.\r\n"),
    ROW("three in ASCII", THREE, "LANG\r\nLANG fr\r\nLANG\r\nLANG de\r\nPASS x\r\nSTAT\r\nLANG xx\r\nCAPA x\r\nLANG *\r\nNOOP\r\n",
        GREETING "+OK Language listing follows\r\nen English\r\nde Deutsch\r\nfr Francais\r\n.\r\n"
        "+OK fr La langue est maintenant le francais\r\n+OK Voici la liste des langues\r\nen English\r\nde Deutsch\r\nfr Francais\r\n.\r\n"
        "+OK de" DEUTSCH "-ERR USER muss unmittelbar vor PASS kommen\r\n-ERR STAT ist in diesem Zustand nicht erlaubt\r\n"
        NONE_DE "-ERR CAPA hat weniger Argumente\r\n+OK en" ENGLISH STATE("NOOP")),
    ROW("three in UTF-8", THREE, "LANG fr\r\nUTF8\r\nLANG\r\nRETR\r\nLANG de\r\nUSER \xFF\r\n",
        GREETING "+OK fr La langue est maintenant le francais\r\n+OK UTF-8 d\xC3\xA9sormais\r\n"
        "+OK Voici la liste des langues\r\nen English\r\nde Deutsch\r\nfr Fran\xC3\xA7\x61is\r\n.\r\n"
        "-ERR RETR n'est pas permis dans cet \xC3\xA9tat\r\n+OK de" DEUTSCH
        "-ERR Der Name ist kein g\xC3\xBCltiges UTF-8 oder hat ein unerlaubtes Zeichen\r\n"),
    ROW("after login", THREE, LOGIN "LANG de\r\nDELE 2\r\nRETR 2\r\nSTAT\r\nLIST 3\r\nRETR 1\r\nQUIT\r\n",
        GREETING IN "+OK de" DEUTSCH "+OK Nachricht 2 wird geloescht\r\n-ERR Nachricht 2 ist geloescht\r\n+OK 3 41\r\n+OK 3 18\r\n"
        "-ERR [UTF8] Der Kopf dieser Nachricht hat Oktette ueber 127: vor der Anmeldung UTF8 senden\r\n"
        "+OK mx.example.test POP3-Server verabschiedet sich\r\n"),
    ROW("codes are no language", THREE "\nlogin-delay 5", "LANG fr\r\nUSER alice\r\nPASS x\r\n",
        GREETING "+OK fr La langue est maintenant le francais\r\n+OK Envoyez maintenant PASS\r\n"
        "-ERR [AUTH] Le nom ou le mot de passe est errone\r\n"),
    ROW("begins in the first", "language de\nlanguage en", "LANG MUL\r\nLANG en\r\nLANG *\r\n", GERMAN NONE_DE "+OK en" ENGLISH "+OK de" DEUTSCH),
    ROW("letter case", "language en\nlanguage de-AT", "LANG DE\r\nlang EN\r\nLANG dE-aT\r\n",
        GREETING "+OK de-AT" DEUTSCH "+OK en" ENGLISH "+OK de-AT" DEUTSCH),
    ROW("the exact one first", "language en\nlanguage de-AT\nlanguage de", "LANG de\r\nLANG de-AT\r\n",
        GREETING "+OK de" DEUTSCH "+OK de-AT" DEUTSCH),
    ROW("the nearest", THREE, "LANG de-CH-1996\r\nLANG en-boont\r\nLANG de-x-foo\r\nLANG en-a-b-c\r\n",
        GREETING "+OK de" DEUTSCH "+OK en" ENGLISH "+OK de" DEUTSCH "+OK en" ENGLISH),
    ROW("not so near", "language en\nlanguage de-CH", "LANG de-AT\r\nLANG d\r\nLANG den\r\nLANG e\r\n", GREETING NONE NONE NONE NONE),
    ROW("no ranges", THREE, "LANG de-\r\nLANG -de\r\nLANG de--AT\r\nLANG 1de\r\nLANG de*\r\nLANG *-CH\r\nLANG de_AT\r\nLANG de-toolongsubtag\r\n",
        GREETING NONE NONE NONE NONE NONE NONE NONE NONE),
    ROW("arguments", THREE, "LANG en de\r\nLANG \r\n", GREETING "-ERR LANG takes fewer arguments\r\n"
        "-ERR Syntax: one blank between keyword and arguments, none behind them\r\n"),
    ROW("no i-default, unless it is listed", THREE, "LANG i-default\r\n", GREETING NONE),
    ROW("i-default", "language i-default\nlanguage de", "LANG de\r\nLANG i-default\r\nLANG\r\nLANG i\r\n",
        GREETING "+OK de" DEUTSCH "+OK i-default" ENGLISH
        "+OK Language listing follows\r\ni-default English\r\nde Deutsch\r\n.\r\n+OK i-default" ENGLISH),
};
// clang-format on

#define RUN(rows)                                                                                  \
    pop3_rows_run(rows, sizeof(rows) / sizeof((rows)[0]), messages,                                \
                  sizeof messages / sizeof messages[0])

static void test_utf8(void)
{
    RUN(utf8_rows);
}

/* RFC 6856 section 5 speaks of a UTF-8 string: a header in Latin-1 is sent as it always was. */
static void test_latin_1(void)
{
    static const struct server_message old[] = {
        {"alice", BYTES_INIT("Subject: \xC3\xBC and \xFC\r\n\r\na\r\n")},
    };
    struct server_settings settings = dialogue_settings();
    struct buf out = {0};
    settings.messages = old;
    settings.message_count = 1;
    struct store *store = store_new(&settings);
    dialogue_pop3_on(store, &settings, BYTES_LIT(LOGIN "RETR 1\r\n"), 0, &out);
    CU_ASSERT(bytes_ends(buf_bytes(&out), "Subject: \xC3\xBC and \xFC\r\n\r\na\r\n.\r\n"));
    store_free(&store);
    buf_deinit(&out);
}

static void test_languages(void)
{
    RUN(lang_rows);
}

static void test_other_languages(void)
{
    static const char *const tags[] = {"tlh", "de"};
    struct server_settings settings = dialogue_settings();
    struct arena *arena = arena_new();
    struct buf out = {0};
    CU_ASSERT(!pop3_rows_set(&settings, "language de\nlanguage tlh", arena));
    CU_ASSERT(!pop3_rows_set(&settings, "language deutsch", arena));
    settings.languages = (struct server_names){tags, 2};
    struct store *store = store_new(&settings);
    dialogue_pop3_on(store, &settings, BYTES_LIT("LANG\r\nLANG tlh\r\n"), 0, &out);
    CU_ASSERT(bytes_ends(buf_bytes(&out), "Sprachen folgt\r\nde Deutsch\r\n.\r\n" NONE_DE));
    store_free(&store);
    buf_deinit(&out);
    arena_free(&arena);
}

/* Somebody else has said +OK, whatever this server would have said: its own answers go on from there. */
static void test_told(void)
{
    struct server_settings settings = dialogue_settings();
    struct buf out = {0};
    settings.messages = messages;
    settings.message_count = 1;
    struct store *store = store_new(&settings);
    struct pop3_session *session = pop3_session_new(&settings, store, &out);
    pop3_session_told(session, BYTES_LIT("UTF8\r\n"), false);
    dialogue_feed_pop3(session, BYTES_LIT(LOGIN "RETR 1\r\n"), &out);
    CU_ASSERT(bytes_ends(buf_bytes(&out), NEEDS));
    pop3_session_told(session, BYTES_LIT("UTF8\r\n"), true);
    dialogue_feed_pop3(session, BYTES_LIT("RETR 1\r\n"), &out);
    CU_ASSERT(bytes_ends(buf_bytes(&out), "\xC3\x9F\x65\r\n\r\na\r\n.\r\n"));
    pop3_session_free(&session);
    store_free(&store);
    buf_deinit(&out);
}

static void test_told_language(void)
{
    struct server_settings settings = dialogue_settings();
    struct arena *arena = arena_new();
    struct buf out = {0};
    CU_ASSERT_FATAL(pop3_rows_set(&settings, THREE, arena));
    struct store *store = store_new(&settings);
    struct pop3_session *session = pop3_session_new(&settings, store, &out);
    pop3_session_told(session, BYTES_LIT("LANG fr\r\n"), false);
    dialogue_feed_pop3(session, BYTES_LIT("NOOP\r\n"), &out);
    CU_ASSERT(bytes_ends(buf_bytes(&out), STATE("NOOP")));
    pop3_session_told(session, BYTES_LIT("LANG de\r\n"), true);
    dialogue_feed_pop3(session, BYTES_LIT("LANG xx\r\n"), &out);
    CU_ASSERT(bytes_ends(buf_bytes(&out), NONE_DE));
    pop3_session_free(&session);
    store_free(&store);
    buf_deinit(&out);
    arena_free(&arena);
}

/* ---- the table of texts ---- */

/* The placeholders of a text, in their order in the alphabet. */
static unsigned placeholders(struct bytes text)
{
    unsigned found = 0;
    for (size_t at = bytes_index(text, '$', 0); at != BYTES_NONE;
         at = bytes_index(text, '$', at + 1)) {
        unsigned char which = at + 1 < text.n ? text.p[at + 1] : 0;
        found |= which == 'n' ? 1 : which == '1' ? 2 : which == '2' ? 4 : 8;
    }
    return found;
}

/* RFC 2449 section 3: what begins with "[" is a response code, "<" begins a timestamp; "?" stands for a letter forgotten. */
static bool is_plain(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < ' ' || text.p[i] > '~' || text.p[i] == '[' || text.p[i] == '<' ||
            text.p[i] == '?') {
            return false;
        }
    }
    return text.n > 0 && text.n < 200;
}

static void check_text(enum pop3_text text, enum pop3_language language)
{
    static const struct pop3_words words = {
        .name = "name", .numbers = {1, 2}
    };
    const struct pop3_text_row *row = pop3_text_row(text);
    const char *english = row->in[POP3_ENGLISH];
    struct buf ascii = {0};
    struct buf utf8 = {0};
    CU_ASSERT_PTR_NOT_NULL_FATAL(row->in[language]);
    UNIT_ROW(english, placeholders(bytes_of(row->in[language])) == placeholders(bytes_of(english)));
    UNIT_ROW(english, (placeholders(bytes_of(english)) & 8) == 0);
    pop3_text_print(&ascii, row->in[language], false, &words);
    pop3_text_print(&utf8, row->in[language], true, &words);
    UNIT_ROW(english, is_plain(buf_bytes(&ascii)));
    UNIT_ROW(english, language != POP3_ENGLISH || bytes_equal(buf_bytes(&ascii), buf_bytes(&utf8)));
    UNIT_ROW(english, language == POP3_ENGLISH || strcmp(row->in[language], english) != 0);
    UNIT_ROW(english, !row->positive || row->code == POP3_CODE_NONE);
    buf_deinit(&ascii);
    buf_deinit(&utf8);
}

static void test_texts(void)
{
    for (unsigned text = 0; text < POP3_TEXT_COUNT; text++) {
        for (unsigned language = 0; language < POP3_LANGUAGE_COUNT; language++) {
            check_text((enum pop3_text)text, (enum pop3_language)language);
        }
    }
}

static const struct unit_test tests[] = {
    {"UTF-8 mode",                test_utf8           },
    {"languages",                 test_languages      },
    {"latin-1",                   test_latin_1        },
    {"other languages",           test_other_languages},
    {"told by others",            test_told           },
    {"told a language by others", test_told_language  },
    {"texts",                     test_texts          },
};

UNIT_MAIN("fake_servers_pop3_lang", tests)
