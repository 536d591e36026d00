#include "judge/judge.h"

#include <stdlib.h>

#include "base/mem.h"
#include "judge/held.h"
#include "judge/judge_table.h"
#include "judge/judge_text.h"
#include "judge/watch.h"

enum { MAX_FINDINGS_OF_RULE = 3, MAX_EVIDENCE_OCTETS = 1024 };

struct judge_case;

/* One connection of a case. */
struct link {
    struct link *next;
    struct judge_case *of;
    unsigned connection;
    struct watch watch;
    bool reported[JUDGE_RULE_COUNT];
};

struct judge_case {
    struct judge_case *next;
    struct judge *judge;
    size_t case_number;
    const struct program *program;
    struct link *links;
    unsigned counts[JUDGE_RULE_COUNT];
    bool out_of_step; /* a finding shows that replies no longer belong to their commands */
    bool ended_badly; /* a finding is about how the client closed */
    struct buf
        unreadable; /* the last reply or command that a judge found to be none, cut; empty: none */
    struct held *held; /* findings that yield to what the script says */
    int64_t time_us;   /* of the event that is being judged */
};

struct judge {
    const struct rule_set *rules;
    unsigned sides; /* set of enum judge_sides */
    struct finding_sink sink;
    struct judge_case *cases;
    const struct rule *by_row[JUDGE_RULE_COUNT]; /* NULL: not in the catalogue */
};

static const char *const rule_ids[JUDGE_RULE_COUNT] = {
    [JUDGE_SMTP_GREETING_CODE] = "smtp/greeting-code",
    [JUDGE_SMTP_REPLY_CRLF] = "smtp/reply-crlf",
    [JUDGE_SMTP_REPLY_CODE_GRAMMAR] = "smtp/reply-code-grammar",
    [JUDGE_SMTP_REPLY_SEPARATOR] = "smtp/reply-separator",
    [JUDGE_SMTP_MULTILINE_SAME_CODE] = "smtp/multiline-same-code",
    [JUDGE_SMTP_MULTILINE_LAST_LINE] = "smtp/multiline-last-line",
    [JUDGE_SMTP_REPLY_LINE_LENGTH] = "smtp/reply-line-length",
    [JUDGE_SMTP_REPLY_TEXT_GRAMMAR] = "smtp/reply-text-grammar",
    [JUDGE_SMTP_COMMAND_GETS_REPLY] = "smtp/command-gets-reply",
    [JUDGE_SMTP_ONE_REPLY_PER_COMMAND] = "smtp/one-reply-per-command",
    [JUDGE_SMTP_EHLO_DOMAIN] = "smtp/ehlo-domain",
    [JUDGE_SMTP_EHLO_KEYWORD_GRAMMAR] = "smtp/ehlo-keyword-grammar",
    [JUDGE_SMTP_ENHANCED_CODE_CLASS] = "smtp/enhanced-code-class",
    [JUDGE_SMTP_ENHANCED_CODE] = "smtp/enhanced-code",
    [JUDGE_SMTP_ENHANCED_CODE_SYNTAX] = "smtp/enhanced-code-syntax",
    [JUDGE_SMTP_ENHANCED_CODE_LINES] = "smtp/enhanced-code-lines",
    [JUDGE_SMTP_ENHANCED_CODE_REGISTERED] = "smtp/enhanced-code-registered",
    [JUDGE_SMTP_INTERMEDIATE_REPLY] = "smtp/intermediate-reply",
    [JUDGE_SMTP_MINIMUM] = "smtp/minimum",
    [JUDGE_SMTP_OFFERED_COMMAND] = "smtp/offered-command",
    [JUDGE_SMTP_EHLO_PARAMETER] = "smtp/ehlo-parameter",
    [JUDGE_SMTP_UTF8_WITH_8BITMIME] = "smtp/utf8-with-8bitmime",
    [JUDGE_SMTP_AUTH_MECHANISM_NAMES] = "smtp/auth-mechanism-names",
    [JUDGE_SMTP_BINARYMIME_WITH_CHUNKING] = "smtp/binarymime-with-chunking",
    [JUDGE_SMTP_SIZE_PROMISED] = "smtp/size-promised",
    [JUDGE_SMTP_REFUSED_GREETING_WAITS] = "smtp/refused-greeting-waits",
    [JUDGE_SMTP_REFUSED_GREETING_503] = "smtp/refused-greeting-503",
    [JUDGE_SMTP_USUAL_CODE] = "smtp/usual-code",
    [JUDGE_SMTP_QUIT_REPLY] = "smtp/quit-reply",
    [JUDGE_SMTP_BARE_CODE] = "smtp/bare-code",
    [JUDGE_SMTP_STARTTLS_WITHIN_TLS] = "smtp/starttls-not-offered-within-tls",
    [JUDGE_SMTP_TLS_COMMAND_INJECTION] = "smtp/tls-command-injection",
    [JUDGE_SMTP_NO_TEXT_BEFORE_TLS] = "smtp/no-text-before-tls",
    [JUDGE_SMTP_AUTH_CHALLENGE] = "smtp/auth-challenge",
    [JUDGE_SMTP_AUTH_EMPTY_CHALLENGE] = "smtp/auth-empty-challenge",
    [JUDGE_SMTP_AUTH_ENHANCED_CODE] = "smtp/auth-enhanced-code",
    [JUDGE_SMTP_AUTH_OFFERED_IS_ALLOWED] = "smtp/auth-offered-is-allowed",
    [JUDGE_SMTP_AUTH_THREE_ATTEMPTS] = "smtp/auth-three-attempts",
    [JUDGE_SMTP_EHLO_LISTS_COMMANDS] = "smtp/ehlo-lists-commands",
    [JUDGE_SMTP_VRFY_MAILBOX] = "smtp/vrfy-mailbox",
    [JUDGE_SMTP_CLOSES_UNASKED] = "smtp/closes-unasked",
    [JUDGE_SMTP_SMUGGLED_MESSAGE] = "smtp/smuggled-message",
    [JUDGE_POP3_GREETING] = "pop3/greeting",
    [JUDGE_POP3_STATUS_INDICATOR] = "pop3/status-indicator",
    [JUDGE_POP3_LINE_END] = "pop3/line-end",
    [JUDGE_POP3_STATUS_LINE_LENGTH] = "pop3/status-line-length",
    [JUDGE_POP3_MULTILINE_END] = "pop3/multiline-end",
    [JUDGE_POP3_COMMAND_GETS_RESPONSE] = "pop3/command-gets-response",
    [JUDGE_POP3_ONE_RESPONSE_PER_COMMAND] = "pop3/one-response-per-command",
    [JUDGE_POP3_STAT_FORM] = "pop3/stat-form",
    [JUDGE_POP3_LIST_FORM] = "pop3/list-form",
    [JUDGE_POP3_UIDL_FORM] = "pop3/uidl-form",
    [JUDGE_POP3_LIST_MATCHES_STAT] = "pop3/list-matches-stat",
    [JUDGE_POP3_LIST_SIZE] = "pop3/list-size",
    [JUDGE_POP3_MESSAGE_NUMBERS] = "pop3/message-numbers",
    [JUDGE_POP3_LISTING_EXTRA] = "pop3/listing-extra",
    [JUDGE_POP3_TIMESTAMP_FORM] = "pop3/timestamp-form",
    [JUDGE_POP3_CAPABILITY_FORM] = "pop3/capability-form",
    [JUDGE_POP3_CAPABILITY_VALUES] = "pop3/capability-values",
    [JUDGE_POP3_CAPABILITY_USER_TOKEN] = "pop3/capability-user-token",
    [JUDGE_POP3_RESPONSE_CODE_FORM] = "pop3/response-code-form",
    [JUDGE_POP3_RESPONSE_CODE_ANNOUNCED] = "pop3/response-code-announced",
    [JUDGE_POP3_AUTH_RESP_CODE_ANNOUNCED] = "pop3/auth-resp-code-announced",
    [JUDGE_POP3_NO_AUTH_CODE_FOR_USER] = "pop3/no-auth-code-for-user",
    [JUDGE_POP3_UTF8_MODE] = "pop3/utf8-mode",
    [JUDGE_POP3_STLS_CAPABILITY] = "pop3/stls-capability",
    [JUDGE_POP3_STLS_COMMAND_INJECTION] = "pop3/stls-command-injection",
    [JUDGE_POP3_NO_TEXT_BEFORE_TLS] = "pop3/no-text-before-tls",
    [JUDGE_POP3_AUTH_CHALLENGE] = "pop3/auth-challenge",
    [JUDGE_SMTP_CLIENT_CRLF] = "smtp/client-crlf",
    [JUDGE_SMTP_WAITS_FOR_GREETING] = "smtp/waits-for-greeting",
    [JUDGE_SMTP_WAITS_FOR_REPLY] = "smtp/waits-for-reply",
    [JUDGE_SMTP_PIPELINING_GROUP] = "smtp/pipelining-group",
    [JUDGE_SMTP_HELLO_BEFORE_MAIL] = "smtp/hello-before-mail",
    [JUDGE_SMTP_EHLO_ARGUMENT] = "smtp/ehlo-argument",
    [JUDGE_SMTP_MAIL_SYNTAX] = "smtp/mail-syntax",
    [JUDGE_SMTP_RCPT_SYNTAX] = "smtp/rcpt-syntax",
    [JUDGE_SMTP_PARAMETER_OFFERED] = "smtp/parameter-offered",
    [JUDGE_SMTP_NO_ARGUMENT] = "smtp/no-argument",
    [JUDGE_SMTP_COMMAND_ORDER] = "smtp/command-order",
    [JUDGE_SMTP_COMMAND_ASCII] = "smtp/command-ascii",
    [JUDGE_SMTP_COMMAND_LENGTH] = "smtp/command-length",
    [JUDGE_SMTP_DATA_8BIT] = "smtp/data-8bit",
    [JUDGE_SMTP_DATA_WITHOUT_354] = "smtp/data-without-354",
    [JUDGE_SMTP_QUIT_BEFORE_CLOSE] = "smtp/quit-before-close",
    [JUDGE_SMTP_WAITS_FOR_QUIT_REPLY] = "smtp/waits-for-quit-reply",
    [JUDGE_SMTP_STARTTLS_LAST] = "smtp/starttls-last",
    [JUDGE_SMTP_EHLO_AFTER_TLS] = "smtp/ehlo-after-tls",
    [JUDGE_SMTP_STARTTLS_ONCE] = "smtp/starttls-once",
    [JUDGE_SMTP_TLS_FAILURE_ABORTS] = "smtp/tls-failure-aborts",
    [JUDGE_SMTP_TLS_AFTER_220] = "smtp/tls-after-220",
    [JUDGE_SMTP_TLS_RESPONSE_INJECTION] = "smtp/tls-response-injection",
    [JUDGE_SMTP_AUTH_BASE64] = "smtp/auth-base64",
    [JUDGE_SMTP_AUTH_LINE_LENGTH] = "smtp/auth-line-length",
    [JUDGE_SMTP_AUTH_ORDER] = "smtp/auth-order",
    [JUDGE_SMTP_HELLO_FIRST] = "smtp/hello-first",
    [JUDGE_SMTP_EHLO_LITERAL_ALONE] = "smtp/ehlo-literal-alone",
    [JUDGE_SMTP_NO_SOURCE_ROUTE] = "smtp/no-source-route",
    [JUDGE_SMTP_LEAST_QUOTED] = "smtp/least-quoted",
    [JUDGE_SMTP_PARAMETER_ONCE] = "smtp/parameter-once",
    [JUDGE_SMTP_BINARY_OFFERED] = "smtp/binary-offered",
    [JUDGE_SMTP_SIZE_REFUSAL_ENDS] = "smtp/size-refusal-ends",
    [JUDGE_SMTP_BODY_DECLARED] = "smtp/body-declared",
    [JUDGE_SMTP_SIZE_DECLARED] = "smtp/size-declared",
    [JUDGE_SMTP_LONE_DOT] = "smtp/lone-dot",
    [JUDGE_SMTP_CLIENT_TEXT_LINE] = "smtp/client-text-line",
    [JUDGE_SMTP_CLIENT_RETURN_PATH] = "smtp/client-return-path",
    [JUDGE_SMTP_8BITMIME_NEEDS_MIME] = "smtp/8bitmime-needs-mime",
    [JUDGE_SMTP_AUTH_PARAMETER_SYNTAX] = "smtp/auth-parameter-syntax",
    [JUDGE_SMTP_BDAT_ORDER] = "smtp/bdat-order",
    [JUDGE_SMTP_BDAT_CANONICAL] = "smtp/bdat-canonical",
    [JUDGE_SMTP_QUIT_ALWAYS] = "smtp/quit-always",
    [JUDGE_POP3_CLIENT_LINE_END] = "pop3/client-line-end",
    [JUDGE_POP3_WAITS_FOR_GREETING] = "pop3/waits-for-greeting",
    [JUDGE_POP3_WAITS_FOR_RESPONSE] = "pop3/waits-for-response",
    [JUDGE_POP3_COMMAND_SYNTAX] = "pop3/command-syntax",
    [JUDGE_POP3_COMMAND_LENGTH] = "pop3/command-length",
    [JUDGE_POP3_MESSAGE_NUMBER] = "pop3/message-number",
    [JUDGE_POP3_USER_BEFORE_PASS] = "pop3/user-before-pass",
    [JUDGE_POP3_LOGIN_BEFORE_TRANSACTION] = "pop3/login-before-transaction",
    [JUDGE_POP3_DELETED_MESSAGE_NAMED] = "pop3/deleted-message-named",
    [JUDGE_POP3_LOGIN_SYNTAX] = "pop3/login-syntax",
    [JUDGE_POP3_STLS_BEFORE_UTF8] = "pop3/stls-before-utf8",
    [JUDGE_POP3_STLS_LAST] = "pop3/stls-last",
    [JUDGE_POP3_CAPA_AFTER_TLS] = "pop3/capa-after-tls",
    [JUDGE_POP3_TLS_RESPONSE_INJECTION] = "pop3/tls-response-injection",
    [JUDGE_POP3_AUTH_BASE64] = "pop3/auth-base64",
    [JUDGE_POP3_AUTH_LINE_LENGTH] = "pop3/auth-line-length",
    [JUDGE_POP3_AUTH_OFFERED] = "pop3/auth-offered",
    [JUDGE_POP3_AUTH_INITIAL_RESPONSE] = "pop3/auth-initial-response",
};

const char *const *judge_rule_ids(size_t *count_r)
{
    *count_r = JUDGE_RULE_COUNT;
    return rule_ids;
}

/* ---- Findings of sessions ---- */

static bool is_out_of_step(enum moment_kind kind)
{
    return (kind & (AT_SURPLUS | AT_NO_GREETING | AT_NO_REPLY | AT_NO_LINE_END | AT_UNFINISHED)) !=
           0;
}

static bool is_silence(enum moment_kind kind)
{
    return (kind & (AT_NO_GREETING | AT_NO_REPLY | AT_NO_LINE_END | AT_UNFINISHED)) != 0;
}

/* One cause, one finding: a rule once in a session, and a few times in a case. */
static bool may_report(struct link *link, enum judge_rule rule)
{
    struct judge_case *of = link->of;
    if (link->reported[rule] || of->counts[rule] >= MAX_FINDINGS_OF_RULE) {
        return false;
    }
    link->reported[rule] = true;
    of->counts[rule]++;
    return of->judge->by_row[rule] != NULL;
}

static void report(struct link *link, const struct judge_row *row, const struct moment *moment,
                   struct bytes evidence)
{
    const struct judge *judge = link->of->judge;
    const struct rule *rule = judge->by_row[row->rule];
    struct buf text = {0};
    judge_text_of_moment(&text, moment, evidence, row->wanted);
    const struct finding finding = {
        .rule = rule,
        .verdict = level_verdict(rule->level),
        .text = buf_text(&text),
        .case_number = link->of->case_number,
        .connection = link->connection,
        .time_us = link->of->time_us,
        .evidence = bytes_slice(evidence, 0, MAX_EVIDENCE_OCTETS),
        .waited = !moment->closed && is_silence(moment->kind),
    };
    if (row->consequence == JUDGE_YIELDS) {
        held_add(&link->of->held, &finding);
    } else {
        judge->sink.on_finding(judge->sink.self, &finding);
    }
    buf_deinit(&text);
}

/* What a broken rule says about mismatches that the script may tell later. */
static void note_consequences(struct judge_case *of, const struct judge_row *row,
                              const struct moment *moment, struct bytes evidence)
{
    if (is_out_of_step(moment->kind) || row->consequence == JUDGE_OUT_OF_STEP) {
        of->out_of_step = true;
    }
    if (row->consequence == JUDGE_AT_END) {
        of->ended_badly = true;
    }
    if (row->consequence == JUDGE_UNREADABLE) {
        buf_clear(&of->unreadable);
        buf_append(&of->unreadable, bytes_slice(evidence, 0, MAX_EVIDENCE_OCTETS));
    }
}

static void try_row(struct link *link, const struct judge_row *row, const struct moment *moment)
{
    struct bytes evidence = moment->octets;
    if ((row->kinds & moment->kind) == 0 ||
        (row->broken != NULL && !row->broken(moment, &evidence))) {
        return;
    }
    note_consequences(link->of, row, moment, evidence);
    if (may_report(link, row->rule)) {
        report(link, row, moment, evidence);
    }
}

static bool judges(const struct judge *judge, enum side side)
{
    return (judge->sides & (SIDE_SET(side))) != 0;
}

static void try_rows(struct link *link, const struct judge_row *rows, size_t count,
                     const struct moment *moment)
{
    for (size_t i = 0; i < count; i++) {
        try_row(link, &rows[i], moment);
    }
}

static void on_moment(void *self, const struct moment *moment)
{
    struct link *link = self;
    const bool pop3 = link->watch.protocol == PROTOCOL_POP3;
    size_t count = 0;
    if (judges(link->of->judge, SIDE_SERVER)) {
        const struct judge_row *rows = pop3 ? judge_pop3_rows(&count) : judge_smtp_rows(&count);
        try_rows(link, rows, count, moment);
    }
    if (judges(link->of->judge, SIDE_CLIENT)) {
        const struct judge_row *rows =
            pop3 ? judge_pop3_client_rows(&count) : judge_smtp_client_rows(&count);
        try_rows(link, rows, count, moment);
    }
}

/* ---- Cases ---- */

static struct judge_case *case_of(struct judge *judge, const struct event *event)
{
    for (struct judge_case *c = judge->cases; c != NULL; c = c->next) {
        if (c->case_number == event->case_number) {
            return c;
        }
    }
    struct judge_case *added = mem_alloc(sizeof *added);
    added->judge = judge;
    added->case_number = event->case_number;
    added->program = event->program;
    added->next = judge->cases;
    judge->cases = added;
    return added;
}

static struct link *link_of(struct judge_case *of, unsigned connection)
{
    for (struct link *l = of->links; l != NULL; l = l->next) {
        if (l->connection == connection) {
            return l;
        }
    }
    struct link *added = mem_alloc(sizeof *added);
    added->of = of;
    added->connection = connection;
    added->next = of->links;
    watch_init(&added->watch, (struct moment_sink){on_moment, added});
    of->links = added;
    return added;
}

/* A new connection under an old number: nothing of the old one counts. */
static void renew(struct link *link)
{
    watch_deinit(&link->watch);
    watch_init(&link->watch, (struct moment_sink){on_moment, link});
    for (size_t i = 0; i < JUDGE_RULE_COUNT; i++) {
        link->reported[i] = false;
    }
}

static void free_case(struct judge *judge, struct judge_case *of)
{
    struct judge_case **at = &judge->cases;
    while (*at != of) {
        at = &(*at)->next;
    }
    *at = of->next;
    for (struct link *l = of->links; l != NULL;) {
        struct link *next = l->next;
        watch_deinit(&l->watch);
        free(l);
        l = next;
    }
    held_release(&of->held, BYTES_LIT(""), &judge->sink);
    buf_deinit(&of->unreadable);
    free(of);
}

/* ---- What the script says ---- */

/* An accepted second choice (?503) of a MUST is no more than NON-STRICT. */
static enum verdict verdict_of(const struct rule *rule, const struct outcome *outcome)
{
    enum verdict verdict = level_verdict(rule->level);
    if (outcome->verdict == VERDICT_NON_STRICT && verdict == VERDICT_FAIL) {
        return VERDICT_NON_STRICT;
    }
    return verdict;
}

/* Has a session of this case already shown that the rule is broken? */
static bool is_reported(const struct judge_case *of, const struct rule *rule)
{
    for (size_t i = 0; i < JUDGE_RULE_COUNT; i++) {
        if (of->judge->by_row[i] == rule && of->counts[i] > 0) {
            return true;
        }
    }
    return false;
}

static void report_outcome(const struct judge_case *of, const struct rule *rule,
                           const struct outcome *outcome)
{
    const struct judge *judge = of->judge;
    struct buf text = {0};
    const bool wishes = judge_text_of_outcome(&text, of->program, outcome);
    const struct finding finding = {
        .rule = rule,
        .verdict = verdict_of(rule, outcome),
        .by_script = true,
        .text = buf_text(&text),
        .case_number = of->case_number,
        .connection = outcome->step != NULL ? outcome->step->connection : 1,
        .time_us = of->time_us,
        .evidence = bytes_slice(outcome->actual, 0, MAX_EVIDENCE_OCTETS),
        .waited = outcome->waited,
        .says_no_wish = !wishes,
    };
    judge->sink.on_finding(judge->sink.self, &finding);
    buf_deinit(&text);
}

/* Wanted was QUIT or nothing more, and nothing came. */
static bool is_about_the_end(const struct outcome *outcome)
{
    return outcome->actual.n == 0 && outcome_wants_end(outcome);
}

/* What a client tells at its end, and what it has stored, has other causes than what it said. */
static bool is_about_result(const struct outcome *outcome)
{
    return outcome->step == NULL || outcome->step->kind == STEP_EXIT ||
           outcome->step->kind == STEP_STORE;
}

/* Is the mismatch explained by what judges have found? */
static bool is_explained(const struct judge_case *of, const struct outcome *outcome)
{
    struct bytes unreadable = bytes_trim_right(buf_bytes(&of->unreadable));
    if (of->out_of_step ||
        (of->ended_badly && is_about_the_end(outcome) && !is_about_result(outcome))) {
        return true;
    }
    if (of->unreadable.n == 0) {
        return false;
    }
    return unreadable.n == 0 ? bytes_trim_right(outcome->actual).n == 0
                             : bytes_find(outcome->actual, unreadable, 0) != BYTES_NONE;
}

/* A server that closes instead of an answer breaks no other rule by that, nor does a client that reports what is not so. */
static const struct rule *accused_rule(struct judge_case *of, const struct outcome *outcome)
{
    const struct judge *judge = of->judge;
    if (outcome->misreported && judges(judge, SIDE_CLIENT)) {
        return rule_find(judge->rules, BYTES_LIT("smtp/refusal-reported"));
    }
    if (!outcome->closed || !judges(judge, SIDE_SERVER)) {
        return rule_find(judge->rules, bytes_of(of->program->rules[0]));
    }
    unsigned connection = outcome->step != NULL ? outcome->step->connection : 1;
    bool pop3 = link_of(of, connection)->watch.protocol == PROTOCOL_POP3;
    return judge->by_row[pop3 ? JUDGE_POP3_COMMAND_GETS_RESPONSE : JUDGE_SMTP_COMMAND_GETS_REPLY];
}

/*
 * The case's first rule is broken when the script says so. Not when it happened on the way to line one, and not when
 * it has another cause: replies no longer belong to their commands, or what came is no reply at all.
 */
static void judge_outcome(struct judge_case *of, const struct outcome *outcome)
{
    const struct program *program = of->program;
    bool accuses = outcome != NULL && !outcome->in_start && !outcome->absolute &&
                   (outcome->verdict == VERDICT_FAIL || outcome->verdict == VERDICT_NON_STRICT);
    if (!accuses || is_explained(of, outcome) || program->rule_count == 0) {
        return;
    }
    const struct rule *rule = accused_rule(of, outcome);
    if (rule != NULL && judges(of->judge, rule->side) && !is_reported(of, rule)) {
        held_release(&of->held, outcome->actual, &of->judge->sink);
        report_outcome(of, rule, outcome);
    }
}

/* ---- Events ---- */

static void on_connection_event(struct judge_case *of, const struct event *event)
{
    struct link *link = link_of(of, event->connection);
    if (event->kind == EVENT_CONNECTED) {
        renew(link);
    } else {
        watch_event(&link->watch, event);
    }
}

static void on_event(void *self, const struct event *event)
{
    struct judge *judge = self;
    if (event->program == NULL) {
        return; /* a probe: there is no case to hold a finding */
    }
    struct judge_case *of = case_of(judge, event);
    if (event->kind == EVENT_CASE_BEGIN) {
        /* It may be one that begins again: only the last time counts. */
        held_forget(&of->held);
        free_case(judge, of);
        of = case_of(judge, event);
    }
    of->time_us = event->time_us;
    if (event->kind == EVENT_CASE_END) {
        judge_outcome(of, event->outcome);
        free_case(judge, of);
    } else if (event->connection > 0) {
        on_connection_event(of, event);
    }
}

struct judge *judge_new(const struct rule_set *rules, unsigned sides, struct finding_sink sink)
{
    struct judge *judge = mem_alloc(sizeof *judge);
    judge->rules = rules;
    judge->sides = sides;
    judge->sink = sink;
    for (size_t i = 0; i < JUDGE_RULE_COUNT; i++) {
        judge->by_row[i] = rule_find(rules, bytes_of(rule_ids[i]));
    }
    return judge;
}

struct event_sink judge_sink(struct judge *judge)
{
    return (struct event_sink){on_event, judge};
}

void judge_free(struct judge **judge_p)
{
    struct judge *judge = *judge_p;
    if (judge == NULL) {
        return;
    }
    while (judge->cases != NULL) {
        free_case(judge, judge->cases);
    }
    free(judge);
    *judge_p = NULL;
}
