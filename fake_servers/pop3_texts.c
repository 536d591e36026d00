#include "fake_servers/pop3_texts.h"

#include <assert.h>
#include <inttypes.h>

#include "base/utf8.h"

#define OK  true
#define ERR false

// clang-format off
static const struct pop3_text_row rows[] = {
    [POP3_TEXT_READY] = {OK, POP3_CODE_NONE, {
        "mailspec " MAILSPEC_VERSION " POP3 server ready",
        "mailspec " MAILSPEC_VERSION " POP3-Server ist bereit",
        "mailspec " MAILSPEC_VERSION " serveur POP3 prêt"}},
    [POP3_TEXT_SEND_PASS] = {OK, POP3_CODE_NONE, {
        "Now send PASS",
        "Jetzt PASS senden",
        "Envoyez maintenant PASS"}},
    [POP3_TEXT_USER_FIRST] = {ERR, POP3_CODE_NONE, {
        "USER must come just before PASS",
        "USER muss unmittelbar vor PASS kommen",
        "USER doit venir juste avant PASS"}},
    [POP3_TEXT_WRONG_LOGIN] = {ERR, POP3_CODE_AUTH, {
        "Name or secret is wrong",
        "Name oder Passwort ist falsch",
        "Le nom ou le mot de passe est erroné"}},
    [POP3_TEXT_BAD_NAME] = {ERR, POP3_CODE_NONE, {
        "The name is not well-formed UTF-8, or holds a character that no name may have",
        "Der Name ist kein gültiges UTF-8 oder hat ein unerlaubtes Zeichen",
        "Le nom n'est pas de l'UTF-8 valide, ou contient un caractère interdit"}},
    [POP3_TEXT_BAD_LOGIN] = {ERR, POP3_CODE_AUTH, {
        "Name or secret is not well-formed UTF-8, or holds a character that it may not have",
        "Name oder Passwort ist kein gültiges UTF-8 oder hat ein unerlaubtes Zeichen",
        "Le nom ou le mot de passe n'est pas de l'UTF-8 valide, ou contient un caractère interdit"}},
    [POP3_TEXT_LOGIN_DELAY] = {ERR, POP3_CODE_LOGIN_DELAY, {
        "Come again later: at least $1 seconds lie between two logins",
        "Bitte später: zwischen zwei Anmeldungen liegen mindestens $1 Sekunden",
        "Revenez plus tard : il faut au moins $1 secondes entre deux connexions"}},
    [POP3_TEXT_IN_USE] = {ERR, POP3_CODE_IN_USE, {
        "The maildrop is open in another session",
        "Das Postfach ist in einer anderen Sitzung geöffnet",
        "La boîte est ouverte dans une autre session"}},
    [POP3_TEXT_NO_MAILDROP] = {ERR, POP3_CODE_SYS_TEMP, {
        "The maildrop cannot be read",
        "Das Postfach ist nicht lesbar",
        "La boîte est illisible"}},
    [POP3_TEXT_MAILDROP] = {OK, POP3_CODE_NONE, {
        "Maildrop has $1 messages ($2 octets)",
        "Das Postfach hat $1 Nachrichten ($2 Oktette)",
        "La boîte contient $1 messages ($2 octets)"}},
    [POP3_TEXT_LISTING] = {OK, POP3_CODE_NONE, {
        "$1 messages ($2 octets)",
        "$1 Nachrichten ($2 Oktette)",
        "$1 messages ($2 octets) à la suite"}},
    [POP3_TEXT_UNIQUE_IDS] = {OK, POP3_CODE_NONE, {
        "Unique-id listing follows",
        "Die eindeutigen Kennungen folgen",
        "Voici les identifiants uniques"}},
    [POP3_TEXT_OCTETS] = {OK, POP3_CODE_NONE, {
        "$1 octets",
        "$1 Oktette",
        "$1 octets à la suite"}},
    [POP3_TEXT_TOP] = {OK, POP3_CODE_NONE, {
        "Top of the message follows",
        "Der Anfang der Nachricht folgt",
        "Voici le début du message"}},
    [POP3_TEXT_NEEDS_UTF8] = {ERR, POP3_CODE_UTF8, {
        "The header of this message has octets above 127: send UTF8 before the login",
        "Der Kopf dieser Nachricht hat Oktette über 127: vor der Anmeldung UTF8 senden",
        "L'en-tête de ce message a des octets au-delà de 127 : envoyez UTF8 avant la connexion"}},
    [POP3_TEXT_NOT_READ] = {ERR, POP3_CODE_SYS_TEMP, {
        "Message $1 cannot be read",
        "Nachricht $1 ist nicht lesbar",
        "Le message $1 est illisible"}},
    [POP3_TEXT_NO_MESSAGE] = {ERR, POP3_CODE_NONE, {
        "No such message, the maildrop had $1",
        "Die Nachricht gibt es nicht, das Postfach hatte $1",
        "Ce message n'existe pas, la boîte en avait $1"}},
    [POP3_TEXT_IS_DELETED] = {ERR, POP3_CODE_NONE, {
        "Message $1 is deleted",
        "Nachricht $1 ist gelöscht",
        "Le message $1 est effacé"}},
    [POP3_TEXT_NO_NUMBER] = {ERR, POP3_CODE_NONE, {
        "A message number is made of digits",
        "Eine Nachrichtennummer besteht aus Ziffern",
        "Un numéro de message est fait de chiffres"}},
    [POP3_TEXT_NO_LINES] = {ERR, POP3_CODE_NONE, {
        "A number of lines is made of digits",
        "Eine Zeilenzahl besteht aus Ziffern",
        "Un nombre de lignes est fait de chiffres"}},
    [POP3_TEXT_DELETED] = {OK, POP3_CODE_NONE, {
        "Message $1 deleted",
        "Nachricht $1 wird gelöscht",
        "Le message $1 sera effacé"}},
    [POP3_TEXT_NOOP] = {OK, POP3_CODE_NONE, {
        "Nothing done",
        "Nichts getan",
        "Rien de fait"}},
    [POP3_TEXT_BYE] = {OK, POP3_CODE_NONE, {
        "$n POP3 server signing off",
        "$n POP3-Server verabschiedet sich",
        "$n le serveur POP3 vous salue"}},
    [POP3_TEXT_NOT_REMOVED] = {ERR, POP3_CODE_SYS_TEMP, {
        "Some deleted messages are not removed",
        "Einige gelöschte Nachrichten wurden nicht entfernt",
        "Des messages effacés n'ont pas été retirés"}},
    [POP3_TEXT_CAPABILITIES] = {OK, POP3_CODE_NONE, {
        "Capability list follows",
        "Die Liste der Fähigkeiten folgt",
        "Voici la liste des capacités"}},
    [POP3_TEXT_UTF8] = {OK, POP3_CODE_NONE, {
        "UTF-8 from now on",
        "Ab jetzt UTF-8: ä, ö, ü, ß",
        "UTF-8 désormais"}},
    [POP3_TEXT_LANGUAGES] = {OK, POP3_CODE_NONE, {
        "Language listing follows",
        "Die Liste der Sprachen folgt",
        "Voici la liste des langues"}},
    [POP3_TEXT_LANGUAGE] = {OK, POP3_CODE_NONE, {
        "$n The language is English now",
        "$n Die Sprache ist jetzt Deutsch",
        "$n La langue est maintenant le français"}},
    [POP3_TEXT_NO_LANGUAGE] = {ERR, POP3_CODE_NONE, {
        "No such language, LANG lists those that are there",
        "Diese Sprache gibt es nicht, LANG nennt die vorhandenen",
        "Cette langue n'est pas là, LANG donne la liste"}},
    [POP3_TEXT_NO_MECHANISM] = {ERR, POP3_CODE_NONE, {
        "This mechanism is not offered",
        "Dieses Verfahren wird nicht angeboten",
        "Ce mécanisme n'est pas proposé"}},
    [POP3_TEXT_NEEDS_TLS] = {ERR, POP3_CODE_NONE, {
        "TLS must begin before this login",
        "Vor dieser Anmeldung muss TLS beginnen",
        "TLS doit commencer avant cette connexion"}},
    [POP3_TEXT_NO_AUTH_NOW] = {ERR, POP3_CODE_SYS_TEMP, {
        "Authentication does not work now",
        "Die Anmeldung geht zurzeit nicht",
        "L'authentification ne marche pas en ce moment"}},
    [POP3_TEXT_AUTH_CANCELLED] = {ERR, POP3_CODE_NONE, {
        "Authentication cancelled",
        "Anmeldung abgebrochen",
        "Authentification abandonnée"}},
    [POP3_TEXT_NOT_BASE64] = {ERR, POP3_CODE_NONE, {
        "The response is not base64",
        "Die Antwort ist kein Base64",
        "La réponse n'est pas en base64"}},
    [POP3_TEXT_NO_INITIAL] = {ERR, POP3_CODE_NONE, {
        "This mechanism begins with a challenge",
        "Dieses Verfahren beginnt der Server",
        "Ce mécanisme commence par un défi"}},
    [POP3_TEXT_BAD_RESPONSE] = {ERR, POP3_CODE_NONE, {
        "The response is not what this mechanism expects",
        "Die Antwort passt nicht zu diesem Verfahren",
        "La réponse ne convient pas à ce mécanisme"}},
    [POP3_TEXT_BEGIN_TLS] = {OK, POP3_CODE_NONE, {
        "Begin TLS negotiation",
        "TLS kann beginnen",
        "Début de la négociation TLS"}},
    [POP3_TEXT_TLS_ACTIVE] = {ERR, POP3_CODE_NONE, {
        "TLS has begun already",
        "TLS hat schon begonnen",
        "TLS est déjà actif"}},
    [POP3_TEXT_NOT_IMPLEMENTED] = {ERR, POP3_CODE_NONE, {
        "Command not implemented",
        "Befehl nicht vorhanden",
        "Commande non disponible"}},
    [POP3_TEXT_NOT_RECOGNISED] = {ERR, POP3_CODE_NONE, {
        "Command not recognised",
        "Befehl nicht erkannt",
        "Commande non reconnue"}},
    [POP3_TEXT_SYNTAX] = {ERR, POP3_CODE_NONE, {
        "Syntax: one blank between keyword and arguments, none behind them",
        "Syntax: ein Leerzeichen zwischen Befehl und Argumenten, keines dahinter",
        "Syntaxe : un espace entre la commande et ses arguments, aucun à la fin"}},
    [POP3_TEXT_NEEDS_ARGUMENT] = {ERR, POP3_CODE_NONE, {
        "$n needs an argument",
        "$n braucht ein Argument",
        "$n demande un argument"}},
    [POP3_TEXT_MORE_ARGUMENTS] = {ERR, POP3_CODE_NONE, {
        "$n takes fewer arguments",
        "$n hat weniger Argumente",
        "$n prend moins d'arguments"}},
    [POP3_TEXT_WRONG_STATE] = {ERR, POP3_CODE_NONE, {
        "$n is not allowed in this state",
        "$n ist in diesem Zustand nicht erlaubt",
        "$n n'est pas permis dans cet état"}},
    [POP3_TEXT_TOO_LONG] = {ERR, POP3_CODE_NONE, {
        "Line too long: at most $1 octets with CRLF",
        "Zeile zu lang: höchstens $1 Oktette mit CRLF",
        "Ligne trop longue : $1 octets au plus avec CRLF"}},
    [POP3_TEXT_ODD_OCTET] = {ERR, POP3_CODE_NONE, {
        "Invalid character: NUL, bare CR, bare LF or an octet above 127",
        "Unerlaubtes Zeichen: NUL, CR oder LF allein, oder ein Oktett über 127",
        "Caractère interdit : NUL, CR seul, LF seul ou un octet au-delà de 127"}},
};
// clang-format on

static_assert(sizeof rows / sizeof rows[0] == POP3_TEXT_COUNT, "a row for each text");

static const char *const code_names[POP3_CODE_COUNT] = {
    [POP3_CODE_NONE] = "",
    [POP3_CODE_IN_USE] = "IN-USE",
    [POP3_CODE_LOGIN_DELAY] = "LOGIN-DELAY",
    [POP3_CODE_AUTH] = "AUTH",
    [POP3_CODE_SYS_TEMP] = "SYS/TEMP",
    [POP3_CODE_UTF8] = "UTF8",
};

struct language_row {
    const char *subtag;
    enum pop3_language language;
};

static const struct language_row subtags[] = {
    {"en", POP3_ENGLISH},
    {"de", POP3_GERMAN },
    {"fr", POP3_FRENCH },
};

static const char *const language_names[POP3_LANGUAGE_COUNT] = {
    [POP3_ENGLISH] = "English",
    [POP3_GERMAN] = "Deutsch",
    [POP3_FRENCH] = "Français",
};

const struct pop3_text_row *pop3_text_row(enum pop3_text text)
{
    return &rows[text];
}

const char *pop3_code_name(enum pop3_code code)
{
    return code_names[code];
}

bool pop3_language_find(struct bytes tag, enum pop3_language *language_r)
{
    struct bytes first = bytes_slice(tag, 0, bytes_index(tag, '-', 0));
    if (bytes_is_nocase(tag, "i-default")) {
        *language_r = POP3_ENGLISH;
        return true;
    }
    for (size_t i = 0; i < sizeof subtags / sizeof subtags[0]; i++) {
        if (bytes_is_nocase(first, subtags[i].subtag)) {
            *language_r = subtags[i].language;
            return true;
        }
    }
    return false;
}

const char *pop3_language_name(enum pop3_language language)
{
    return language_names[language];
}

/* ---- printing ---- */

struct ascii_row {
    uint32_t code_point;
    const char *ascii;
};

/* The usual way to write the letters of our texts without them. */
static const struct ascii_row ascii_rows[] = {
    {0xDF, "ss"},
    {0xE0, "a" },
    {0xE4, "ae"},
    {0xE7, "c" },
    {0xE8, "e" },
    {0xE9, "e" },
    {0xEA, "e" },
    {0xEE, "i" },
    {0xF6, "oe"},
    {0xFC, "ue"},
};

static const char *ascii_of(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof ascii_rows / sizeof ascii_rows[0]; i++) {
        if (ascii_rows[i].code_point == code_point) {
            return ascii_rows[i].ascii;
        }
    }
    return "?";
}

static void print_word(struct buf *out, unsigned char which, const struct pop3_words *words)
{
    if (which == 'n') {
        buf_append_text(out, words->name);
    } else {
        buf_printf(out, "%" PRIu64, words->numbers[which - '1']);
    }
}

void pop3_text_print(struct buf *out, const char *text, bool utf8, const struct pop3_words *words)
{
    struct bytes rest = bytes_of(text);
    while (rest.n > 0) {
        uint32_t code_point = 0;
        size_t length = utf8_read(rest, &code_point);
        assert(length > 0); /* our own texts */
        if (rest.p[0] == '$') {
            length = 2;
            print_word(out, rest.p[1], words);
        } else if (utf8 || length == 1) {
            buf_append(out, bytes_slice(rest, 0, length));
        } else {
            buf_append_text(out, ascii_of(code_point));
        }
        rest = bytes_skip(rest, length);
    }
}
