/*
 * notation - the table of what can be imported: a row, and a file, for each notation
 */
#ifndef MAILSPEC_SCRIPT_IMPORT_NOTATION_H
#define MAILSPEC_SCRIPT_IMPORT_NOTATION_H

#include "script/import/draft.h"

struct import_notation {
    const char *name;  /* as --from takes it */
    const char *title; /* for people */
    bool (*recognise)(struct bytes text);
    void (*convert)(struct draft *draft);
};

bool swaks_recognise(struct bytes text);
void swaks_convert(struct draft *draft);
bool dialogue_recognise(struct bytes text);
void dialogue_convert(struct draft *draft);
bool curl_log_recognise(struct bytes text);
void curl_log_convert(struct draft *draft);
bool curl_recognise(struct bytes text);
void curl_convert(struct draft *draft);
bool exim_recognise(struct bytes text);
void exim_convert(struct draft *draft);
bool mpt_recognise(struct bytes text);
void mpt_convert(struct draft *draft);
bool telnet_recognise(struct bytes text);
void telnet_convert(struct draft *draft);

/* Lines of `text` for which `is` holds, counted up to `enough`. */
size_t notation_count(struct bytes text, bool (*is)(struct bytes line), size_t enough);

#endif
