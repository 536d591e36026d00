#include "engine/case_names.h"

#include <string.h>

#include "engine/client_command.h"
#include "engine/expand.h"
#include "engine/serve.h"

enum { LABEL_MAX = 63, LOCAL_PART_MAX = 64 };

#define NAME_DOMAIN "mailspec.example"

void case_slug(struct buf *out, const char *id, size_t limit)
{
    size_t begin = out->n;

    for (const char *c = id; *c != '\0' && out->n - begin < limit; c++) {
        unsigned char octet = octet_lower((unsigned char)*c);
        if (octet_is_alpha(octet) || octet_is_digit(octet)) {
            buf_append_octet(out, octet);
        } else if (out->n > begin && out->p[out->n - 1] != '-') {
            buf_append_octet(out, '-');
        }
    }
    while (out->n > begin && out->p[out->n - 1] == '-') {
        out->n--;
    }
    if (out->n == begin) {
        buf_append_text(out, "case");
    }
}

static void set_text(struct case_run *run, const char *name, const char *value)
{
    if (value != NULL) {
        vars_set(run->vars, name, bytes_of(value));
    }
}

/*
 * Does the other side know it? A client that is tested says names of its own where it is not told ours: then they are
 * captured from what it says.
 */
static bool is_told(const struct case_run *run, const char *name)
{
    const bool with_message =
        strcmp(name, "message-id") == 0 && client_is_given(run->target, "message-file");

    return run->role != ROLE_SERVER || with_message || client_is_given(run->target, name);
}

static void set_told(struct case_run *run, const char *name, struct bytes value)
{
    if (is_told(run, name)) {
        vars_set(run->vars, name, value);
    }
}

static void bind_own_names(struct case_run *run)
{
    const struct engine_config *config = run->env->config;
    const char *run_id = config->run_id == NULL ? "run" : config->run_id;
    struct buf name = {0};
    struct buf tail = {0};

    case_slug(&name, run->program->id, LABEL_MAX);
    buf_append_text(&name, "." NAME_DOMAIN);
    set_told(run, "client", buf_bytes(&name));

    /* As long for each of them: what a server says of sizes is the same when a case is played again, in another place. */
    buf_printf(&tail, ".%s-%04zu", run_id, run->emitter.case_number);
    buf_clear(&name);
    case_slug(&name, run->program->id, tail.n < LOCAL_PART_MAX ? LOCAL_PART_MAX - tail.n : 1);
    buf_append(&name, buf_bytes(&tail));
    buf_append_text(&name, "@" NAME_DOMAIN);
    set_told(run, "sender", buf_bytes(&name));

    buf_clear(&tail);
    buf_append_octet(&tail, '<');
    buf_append(&tail, buf_bytes(&name));
    buf_append_octet(&tail, '>');
    set_told(run, "message-id", buf_bytes(&tail));
    buf_deinit(&name);
    buf_deinit(&tail);
    set_text(run, "case", run->program->id);
    set_text(run, "run", run_id);
}

/* The last one: leases begin with the second, and what is sent to this one is not to come into a maildrop that is looked at. */
static const struct target_user *other_user(const struct case_run *run)
{
    if (run->lease.second != NULL) {
        return run->lease.second;
    }
    for (size_t i = run->target->user_count; i > 0; i--) {
        if (&run->target->users[i - 1] != run->user) {
            return &run->target->users[i - 1];
        }
    }
    return NULL;
}

static void bind_target_names(struct case_run *run)
{
    const struct target *target = run->target;
    const struct target_user *other = other_user(run);
    const struct endpoint *endpoint =
        target->mail.kind != ENDPOINT_NONE ? &target->mail : &target->pop3;
    struct buf text = {0};

    if (run->user != NULL) {
        set_told(run, "rcpt", bytes_of(run->user->address));
        set_told(run, "user", bytes_of(run->user->name));
        set_told(run, "secret", bytes_of(run->user->secret));
    }
    if (other != NULL) {
        set_told(run, "rcpt2", bytes_of(other->address));
    }
    set_text(run, "domain", target->domain);
    set_text(run, "unknown", target->unknown_user);
    if (target->relay_domain != NULL) {
        buf_printf(&text, "someone@%s", target->relay_domain);
        set_text(run, "relay", buf_text(&text));
        buf_clear(&text);
    }
    set_text(run, "host", endpoint->host);
    buf_printf(&text, "%u", endpoint->port);
    set_text(run, "port", buf_text(&text));
    buf_deinit(&text);
}

int case_names_bind(struct case_run *run, struct error *error)
{
    const struct engine_config *config = run->env->config;
    int status = 0;

    bind_own_names(run);
    bind_target_names(run);
    for (size_t i = 0; i < config->variable_count; i++) {
        set_text(run, config->variables[i].name, config->variables[i].value);
    }
    for (size_t i = 0; i < run->program->row_count && status == 0; i++) {
        const struct name_value *cell = &run->program->row[i];
        struct buf value = {0};
        status = expand_text(&value, &cell->value, &run->scope, error);
        if (status == 0) {
            vars_set(run->vars, cell->name, buf_bytes(&value));
        }
        buf_deinit(&value);
    }
    return status;
}

static bool secret_of(const struct target *target, const char *name, struct bytes *value_r)
{
    for (size_t i = 0; i < target->user_count; i++) {
        if (strcmp(target->users[i].name, name) == 0) {
            *value_r = bytes_of(target->users[i].secret);
            return true;
        }
    }
    return false;
}

bool case_names_outer(void *self, const char *name, struct bytes *value_r)
{
    const struct case_run *run = self;
    const struct session *session = run->current;

    if (run->serve != NULL && strncmp(name, "secret:", strlen("secret:")) != 0) {
        return serve_name(run->serve, name, value_r);
    }
    if (strncmp(name, "secret:", strlen("secret:")) == 0) {
        return secret_of(run->target, name + strlen("secret:"), value_r);
    }
    if (strncmp(name, "ehlo:", strlen("ehlo:")) == 0) {
        const char *keyword = name + strlen("ehlo:");
        return session != NULL && session->offers.count > 0
                   ? offers_get(&session->offers, keyword, value_r)
                   : offers_get(&run->facts->mail, keyword, value_r);
    }
    if (session != NULL && session->tls_names != NULL &&
        vars_get(session->tls_names, name, value_r)) {
        return true;
    }
    if (strcmp(name, "timestamp") == 0 && session != NULL && session->timestamp.n > 0) {
        *value_r = buf_bytes(&session->timestamp);
        return true;
    }
    return false;
}
