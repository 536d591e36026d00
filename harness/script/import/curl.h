/*
 * curl - a test data file of curl while it is converted, and the replies of its test server
 */
#ifndef MAILSPEC_SCRIPT_IMPORT_CURL_H
#define MAILSPEC_SCRIPT_IMPORT_CURL_H

#include "base/buf.h"
#include "script/import/draft.h"

struct curl_part {
    struct bytes text; /* p is NULL: the file has none */
    unsigned line;     /* of the file, that of the tag */
};

struct curl {
    struct draft *draft;
    struct bytes number; /* of the test; empty: the name of the file has none */
    struct curl_part commands, upload, data;
    bool pop3;
    bool responds;   /* the line said last is a SASL response */
    bool names;      /* and it is the user name of AUTH LOGIN */
    bool fetches;    /* RETR or TOP stands in it: <data> is the message */
    bool asked_list; /* the reply said last is that to LIST or UIDL */
    bool asked_capa; /* the reply said last is that to CAPA */
};

/* The next line of a part, filled in; notes what cannot be. */
bool curl_next(struct curl *curl, struct curl_part *part, struct bytes *line_r);
/* Appends `text` with what curl's runner fills in; false when something of that kind was left as it is. */
bool curl_fill_in(struct bytes number, struct bytes text, struct buf *out);
void curl_greet(struct curl *curl);
/* What the server says to that line: as <servercmd> sets it, or as it always does. */
void curl_reply(struct curl *curl, struct bytes line);
/* The lines of CAPA, where <servercmd> sets them. */
void curl_body(struct curl *curl);

#endif
