#include "judge/smtp_mail_said.h"

#include "proto/smtp_path.h"

static enum smtp_body body_read(struct bytes value)
{
    static const struct {
        const char *name;
        enum smtp_body body;
    } bodies[] = {
        {"7BIT",       SMTP_BODY_7BIT      },
        {"8BITMIME",   SMTP_BODY_8BITMIME  },
        {"BINARYMIME", SMTP_BODY_BINARYMIME},
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        if (bytes_is_nocase(value, bodies[i].name)) {
            return bodies[i].body;
        }
    }
    return SMTP_BODY_NONE;
}

struct smtp_mail_said smtp_mail_said_read(struct bytes argument)
{
    const struct smtp_path path = smtp_path_read(argument, false);
    struct smtp_mail_said said = {0};
    for (size_t i = 0; i < path.param_count; i++) {
        const struct smtp_param *param = &path.params[i];
        if (bytes_is_nocase(param->keyword, "SIZE")) {
            said.has_size = bytes_to_u64(param->value, &said.size);
        } else if (bytes_is_nocase(param->keyword, "BODY")) {
            said.body = body_read(param->value);
        } else if (bytes_is_nocase(param->keyword, "SMTPUTF8")) {
            said.utf8 = true;
        }
    }
    return said;
}
