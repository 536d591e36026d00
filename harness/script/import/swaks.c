/*
 * swaks - a transcript of swaks: "<-  " received, " -> " sent, "<~ " and " ~> " under TLS, "<** " and "**> " where swaks was surprised, "=== "
 * and "*** " told (doc/base.pod, "TRANSCRIPT FORMAT"). A hint takes three octets and a blank.
 */
#include "script/import/notation.h"

enum hint { HINT_NONE, HINT_SENT, HINT_RECEIVED, HINT_TOLD };

static const struct {
    const char *text;
    enum hint hint;
} hints[] = {
    {" ->", HINT_SENT    },
    {" ~>", HINT_SENT    },
    {"**>", HINT_SENT    },
    {"*~>", HINT_SENT    },
    {"<- ", HINT_RECEIVED},
    {"<~ ", HINT_RECEIVED},
    {"<**", HINT_RECEIVED},
    {"<~*", HINT_RECEIVED},
    {"===", HINT_TOLD    },
    {"***", HINT_TOLD    },
};

static enum hint hint_of(struct bytes line)
{
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (bytes_starts(line, hints[i].text) && (line.n == 3 || line.p[3] == ' ')) {
            return hints[i].hint;
        }
    }
    return HINT_NONE;
}

static bool is_hinted(struct bytes line)
{
    return bytes_starts(line, "=== ") || bytes_starts(line, "<-  ") || bytes_starts(line, "<~  ") ||
           bytes_starts(line, " -> ");
}

bool swaks_recognise(struct bytes text)
{
    return notation_count(text, is_hinted, 3) == 3;
}

static void told(struct draft *draft, struct bytes line)
{
    struct bytes text = bytes_skip(line, 4);
    if (bytes_starts(text, "Trying ")) {
        draft_begin(draft, draft->file);
    } else if (bytes_starts(text, "TLS started")) {
        draft_raw(draft, "C & S: <negotiate a TLS session>");
    } else if (bytes_starts(text, "Connection closed")) {
        draft_raw(draft, "S: <close connection>");
        return;
    }
    draft_comment(draft, line);
}

void swaks_convert(struct draft *draft)
{
    struct bytes line;
    while (draft_next(draft, &line)) {
        /* swaks keeps the CR of the message's lines; it is the line's own end. */
        struct bytes said = bytes_skip(line, 4);
        switch (hint_of(line)) {
        case HINT_SENT:
            draft_client(draft, 1, said);
            break;
        case HINT_RECEIVED:
            draft_server(draft, 1, "", said);
            break;
        case HINT_TOLD:
            told(draft, line);
            break;
        case HINT_NONE:
            if (bytes_trim(line).n > 0) {
                draft_lost_line(draft, line, "no line of a transcript of swaks");
            }
            break;
        }
    }
}
