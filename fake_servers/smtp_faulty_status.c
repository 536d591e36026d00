#include "fake_servers/smtp_faulty_status.h"

#include <string.h>

/* Which lines of a reply. */
enum lines { EACH, LATER };

const char *smtp_faulty_status(const struct smtp_session *session, const char *status, bool first)
{
    static const struct {
        enum fault fault;
        enum smtp_verb verb; /* SMTP_VERB_COUNT: any */
        const char *status;  /* that is told otherwise; NULL: any */
        enum lines lines;
        const char *instead;
    } rows[] = {
        {FAULT_ENHANCED_CODE,            SMTP_NOOP,       NULL,    EACH,  NULL    },
        {FAULT_ENHANCED_CODE_2,          SMTP_VERB_COUNT, "5.5.2", EACH,  NULL    },
        {FAULT_ENHANCED_CODE_SYNTAX,     SMTP_NOOP,       NULL,    EACH,  "2.0.00"},
        {FAULT_ENHANCED_CODE_SYNTAX_2,   SMTP_HELP,       "2.0.0", EACH,  "1.0.0" },
        {FAULT_ENHANCED_CODE_LINES,      SMTP_HELP,       NULL,    LATER, NULL    },
        {FAULT_ENHANCED_CODE_LINES_2,    SMTP_HELP,       "2.0.0", LATER, "2.1.0" },
        {FAULT_ENHANCED_CODE_REGISTERED, SMTP_NOOP,       "2.0.0", EACH,  "2.9.1" },
        {FAULT_ENHANCED_CODE_CLASS_2,    SMTP_RCPT,       "5.1.1", EACH,  "4.1.1" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool is_line = rows[i].lines == EACH || !first;
        bool is_verb = rows[i].verb == SMTP_VERB_COUNT || rows[i].verb == session->verb;
        if (is_line && is_verb && (rows[i].status == NULL || strcmp(rows[i].status, status) == 0) &&
            smtp_has_fault(session, rows[i].fault)) {
            return rows[i].instead;
        }
    }
    return status;
}
