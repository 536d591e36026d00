#include "cli/service_sessions.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "record/transcript.h"
#include "reports/show.h"

enum { MOST_SESSIONS = 1000000000, NUMBER_WIDTH = 5 };

struct service_sessions {
    struct service *service;
    struct timer *end;    /* fires when enough sessions are over */
    const char *folder;   /* of transcripts, or NULL */
    bool show_secrets;    /* there */
    unsigned most;        /* 0: no end by number */
    uint64_t over;        /* sessions that were had to their end */
    uint64_t refused;     /* connections beyond max-connections */
    struct error failure; /* of the first transcript that could not be written */
};

/* A connection whose transcript is written. */
struct session {
    struct service_sessions *sessions;
    struct arena *arena; /* of the texts below */
    struct transcript *transcript;
    struct program program; /* what a transcript wants to know of a case: its name and title */
    enum protocol protocol;
};

/* ---- counting ---- */

static void count(struct service_sessions *sessions, enum server_end end)
{
    if (end == SERVER_END_REFUSED) {
        sessions->refused++;
        return;
    }
    if (++sessions->over == sessions->most) {
        timer_start(sessions->end, 0); /* not from within the server's own callback */
    }
}

static void *counted_opened(void *self, const struct server_connection *connection)
{
    (void)connection;
    return self;
}

static void counted_closed(void *self, enum server_end end)
{
    count(self, end);
}

static void on_enough(void *self)
{
    const struct service_sessions *sessions = self;
    service_stop(sessions->service);
}

/* ---- transcripts ---- */

/* Second word of each user: those that stand somewhere else than behind PASS are known by them. */
static const char **secrets_of(const struct settings_text *text, struct arena *arena,
                               size_t *count_r)
{
    size_t users = settings_text_count(text, SETTING_USER);
    const char **secrets = arena_array(arena, users + 1, sizeof *secrets);
    for (size_t i = 0; i < users; i++) {
        struct bytes rest = settings_text_value(text, SETTING_USER, i);
        struct bytes word = {0};
        bytes_next_word(&rest, &word);
        bytes_next_word(&rest, &word);
        secrets[i] = arena_text(arena, word);
    }
    *count_r = users;
    return secrets;
}

static enum protocol protocol_of(enum server_protocol protocol)
{
    switch (protocol) {
    case SERVER_LMTP:
        return PROTOCOL_LMTP;
    case SERVER_POP3:
        return PROTOCOL_POP3;
    case SERVER_SMTP:
        break;
    }
    return PROTOCOL_SMTP;
}

static void tell(const struct session *session, struct event event)
{
    event.time_us = loop_now_us(session->sessions->service->loop);
    event.program = &session->program;
    event.protocol = session->protocol;
    event.connection = event.kind == EVENT_CASE_BEGIN ? 0 : 1;
    struct event_sink sink = transcript_sink(session->transcript);
    event_emit(&sink, &event);
}

static void *written_opened(void *self, const struct server_connection *connection)
{
    struct service_sessions *sessions = self;
    struct session *session = mem_alloc(sizeof *session);
    struct transcript_config config = {
        .folder = sessions->folder, .dialogue_only = true, .show_secrets = sessions->show_secrets};
    session->sessions = sessions;
    session->arena = arena_new();
    session->protocol = protocol_of(connection->protocol);
    config.secrets = secrets_of(sessions->service->settings, session->arena, &config.secret_count);
    session->program.id =
        arena_printf(session->arena, "%0*" PRIu64, NUMBER_WIDTH, connection->number);
    session->program.title = arena_printf(session->arena, "Session %" PRIu64 " of serve, %s",
                                          connection->number, protocol_name(session->protocol));
    session->transcript = transcript_new(&config);
    tell(session, (struct event){.kind = EVENT_CASE_BEGIN, .tested = SIDE_SET(SIDE_CLIENT)});
    tell(session, (struct event){.kind = EVENT_CONNECTED,
                                 .text = arena_printf(session->arena, "%s -> %s",
                                                      connection->client, connection->local)});
    return session;
}

static void written_octets(const struct session *session, enum side side, struct bytes octets)
{
    tell(session, (struct event){.kind = EVENT_OCTETS, .side = side, .octets = octets});
    transcript_flush(session->transcript);
}

static void written_received(void *self, struct bytes octets)
{
    written_octets(self, SIDE_CLIENT, octets);
}

static void written_sent(void *self, struct bytes octets)
{
    written_octets(self, SIDE_SERVER, octets);
}

static void written_secured(void *self, const struct tls_facts *facts, struct bytes left)
{
    const struct session *session = self;
    struct buf text = {0};
    tls_facts_print(facts, &text);
    tell(session, (struct event){.kind = EVENT_SECURED,
                                 .side = SIDE_CLIENT,
                                 .octets = left,
                                 .tls = facts,
                                 .text = buf_text(&text)});
    buf_deinit(&text);
    transcript_flush(session->transcript);
}

static void tell_closed(const struct session *session, enum server_end end)
{
    bool by_client = end == SERVER_END_CLIENT || end == SERVER_END_CUT || end == SERVER_END_BROKEN;
    struct event event = {.kind = EVENT_CLOSED,
                          .side = by_client ? SIDE_CLIENT : SIDE_SERVER,
                          .close = end == SERVER_END_BROKEN ? CLOSE_RESET : CLOSE_END};
    if (end != SERVER_END_SESSION && end != SERVER_END_CLIENT) {
        tell(session, (struct event){.kind = EVENT_NOTE, .text = server_end_text(end)});
    }
    tell(session, event);
}

static void written_closed(void *self, enum server_end end)
{
    struct session *session = self;
    struct service_sessions *sessions = session->sessions;
    struct error error = {""};
    tell_closed(session, end);
    if (transcript_finish(session->transcript, &error) != 0 && sessions->failure.text[0] == '\0') {
        sessions->failure = error;
    }
    transcript_free(&session->transcript);
    arena_free(&session->arena);
    free(session);
    count(sessions, end);
}

/* ---- transcripts of an earlier run ---- */

/* NNNNN.txt */
static bool has_our_name(const char *text)
{
    struct bytes name = bytes_of(text);
    struct bytes digits =
        bytes_slice(name, 0, name.n - (bytes_ends(name, ".txt") ? strlen(".txt") : 0));
    bool ours = bytes_ends(name, ".txt") && digits.n >= NUMBER_WIDTH;
    for (size_t i = 0; i < digits.n; i++) {
        ours = ours && octet_is_digit(digits.p[i]);
    }
    return ours;
}

static bool has_our_title(const char *path)
{
    char line[64] = "";
    struct stat about;
    FILE *file = lstat(path, &about) == 0 && S_ISREG(about.st_mode) ? fopen(path, "rbe") : NULL;
    if (file == NULL) {
        return false;
    }
    bool read = fgets(line, sizeof line, file) != NULL;
    if (read && bytes_starts(bytes_of(line), "# Secrets are shown")) {
        read = fgets(line, sizeof line, file) != NULL;
    }
    bool ours = read && bytes_starts(bytes_of(line), "Title: Session ") &&
                strstr(line, " of serve, ") != NULL;
    (void)fclose(file);
    return ours;
}

static void remove_ours(const char *folder, const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", folder, name);
    if (has_our_title(buf_text(&path))) {
        (void)unlink(buf_text(&path));
    }
    buf_deinit(&path);
}

/* What stands in folders below is not ours, and may be anything. */
static int clear_folder(const char *path, struct error *error)
{
    if (file_make_folder(path, error) != 0) {
        return -1;
    }
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return error_set(error, "the folder %s cannot be read: %s", path, strerror(errno));
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (has_our_name(entry->d_name)) {
            remove_ours(path, entry->d_name);
        }
    }
    closedir(folder);
    return 0;
}

/* ---- life ---- */

/* Whoever looks at a client's report finds the pair beside the number of its transcript. */
static void show_pair(void *self, const struct server_connection *connection,
                      const struct sweep_pair *pair)
{
    const struct service_sessions *sessions = self;
    struct buf text = {0};
    sweep_pair_print(pair, &text);
    if (!sessions->service->quiet) {
        printf("session %" PRIu64 ": %s\n", connection->number, buf_text(&text));
        fflush(stdout);
    }
    buf_deinit(&text);
}

static void watch(struct service_sessions *sessions)
{
    struct server_observer observer = {.opened = counted_opened, .closed = counted_closed};
    if (sessions->folder != NULL) {
        observer = (struct server_observer){.opened = written_opened,
                                            .received = written_received,
                                            .sent = written_sent,
                                            .secured = written_secured,
                                            .closed = written_closed};
    }
    observer.swept = show_pair;
    observer.self = sessions;
    server_observe(sessions->service->server, &observer);
}

struct service_sessions *service_sessions_new(struct service *service, struct error *error)
{
    struct service_sessions *sessions = mem_alloc(sizeof *sessions);
    sessions->service = service;
    sessions->folder = options_get(service->options, OPTION_TRANSCRIPTS);
    sessions->show_secrets = options_given(service->options, OPTION_SHOW_SECRETS);
    if (options_number(service->options, OPTION_SESSIONS, MOST_SESSIONS, 0, &sessions->most,
                       error) != 0 ||
        (sessions->folder != NULL && clear_folder(sessions->folder, error) != 0)) {
        free(sessions);
        return NULL;
    }
    sessions->end = timer_new(service->loop, on_enough, sessions);
    watch(sessions);
    return sessions;
}

void service_sessions_print(const struct service_sessions *sessions, struct buf *out)
{
    uint64_t messages = server_messages(sessions->service->server);
    show_count(out, (size_t)sessions->over, "session", "sessions");
    buf_append_text(out, ", ");
    show_count(out, (size_t)messages, "message", "messages");
    if (sessions->refused > 0) {
        buf_printf(out, ", %" PRIu64 " refused for want of connections", sessions->refused);
    }
}

int service_sessions_finish(const struct service_sessions *sessions, struct error *error)
{
    return sessions->failure.text[0] == '\0'
               ? 0
               : error_set(error, "--transcripts: %s", sessions->failure.text);
}

void service_sessions_free(struct service_sessions **sessions_p)
{
    struct service_sessions *sessions = *sessions_p;
    *sessions_p = NULL;
    if (sessions != NULL) {
        timer_free(&sessions->end);
        free(sessions);
    }
}
