#include "unit.h"

#include <string.h>

#include "model/event.h"
#include "model/names.h"
#include "model/program.h"
#include "model/rule.h"
#include "model/verdict.h"

/* The accessors of each enumeration, as functions of a number. */
static const char *side_at(unsigned i)
{
    return side_name((enum side)i);
}

static const char *protocol_at(unsigned i)
{
    return protocol_name((enum protocol)i);
}

static const char *verdict_at(unsigned i)
{
    return verdict_name((enum verdict)i);
}

static const char *level_at(unsigned i)
{
    return level_name((enum level)i);
}

static const char *event_at(unsigned i)
{
    return event_kind_name((enum event_kind)i);
}

static const char *close_at(unsigned i)
{
    return close_kind_name((enum close_kind)i);
}

static const char *loss_at(unsigned i)
{
    return loss_name((enum loss)i);
}

static const char *loss_words_at(unsigned i)
{
    return loss_words((enum loss)i);
}

static const char *start_at(unsigned i)
{
    return start_name((enum start)i);
}

static const char *step_at(unsigned i)
{
    return step_kind_name((enum step_kind)i);
}

static const char *type_at(unsigned i)
{
    return value_type_name((enum value_type)i);
}

static const char *need_at(unsigned i)
{
    return need_kind_name((enum need_kind)i);
}

static const struct table {
    const char *name;
    const char *(*at)(unsigned i);
    unsigned count;
} tables[] = {
    {"side",       side_at,       2               },
    {"protocol",   protocol_at,   PROTOCOL_COUNT  },
    {"verdict",    verdict_at,    VERDICT_COUNT   },
    {"level",      level_at,      LEVEL_COUNT     },
    {"event kind", event_at,      EVENT_KIND_COUNT},
    {"close kind", close_at,      CLOSE_KIND_COUNT},
    {"loss",       loss_at,       LOSS_COUNT      },
    {"loss words", loss_words_at, LOSS_COUNT      },
    {"start",      start_at,      START_COUNT     },
    {"step kind",  step_at,       STEP_KIND_COUNT },
    {"value type", type_at,       VALUE_TYPE_COUNT},
    {"need kind",  need_at,       NEED_COUNT      },
};

/* Every constant has a name of its own, and no number beyond has one. */
static void test_complete(void)
{
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (unsigned i = 0; i < tables[t].count; i++) {
            UNIT_ROW(tables[t].name, strcmp(tables[t].at(i), "?") != 0);
            for (unsigned j = 0; j < i; j++) {
                UNIT_ROW(tables[t].name, strcmp(tables[t].at(i), tables[t].at(j)) != 0);
            }
        }
        UNIT_ROW(tables[t].name, strcmp(tables[t].at(tables[t].count), "?") == 0);
    }
}

static void test_spelling(void)
{
    CU_ASSERT_STRING_EQUAL(side_name(SIDE_SERVER), "server");
    CU_ASSERT_STRING_EQUAL(protocol_name(PROTOCOL_LMTP), "lmtp");
    CU_ASSERT_STRING_EQUAL(verdict_name(VERDICT_NON_STRICT), "NON-STRICT");
    CU_ASSERT_STRING_EQUAL(level_name(LEVEL_PRACTICE), "PRACTICE");
    CU_ASSERT_STRING_EQUAL(event_kind_name(EVENT_CASE_END), "case-end");
    CU_ASSERT_STRING_EQUAL(close_kind_name(CLOSE_RESET), "reset");
    CU_ASSERT_STRING_EQUAL(loss_name(LOSS_WENT_AWAY), "went-away");
    CU_ASSERT_STRING_EQUAL(start_name(START_POP3_TRANSACTION), "pop3-transaction");
    CU_ASSERT_STRING_EQUAL(step_kind_name(STEP_SEND_MESSAGE), "send-message");
    CU_ASSERT_STRING_EQUAL(value_type_name(VALUE_BASE64), "base64");
    CU_ASSERT_STRING_EQUAL(need_kind_name(NEED_EMPTY), "empty-maildrop");
}

/* What a name is read as has that name; case does not matter; nothing else is read. */
static void test_back(void)
{
    for (unsigned i = 0; i < PROTOCOL_COUNT; i++) {
        enum protocol value = PROTOCOL_COUNT;
        CU_ASSERT(protocol_from_name(bytes_of(protocol_at(i)), &value) && value == i);
    }
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        enum verdict value = VERDICT_COUNT;
        CU_ASSERT(verdict_from_name(bytes_of(verdict_at(i)), &value) && value == i);
    }
    for (unsigned i = 0; i < LEVEL_COUNT; i++) {
        enum level value = LEVEL_COUNT;
        CU_ASSERT(level_from_name(bytes_of(level_at(i)), &value) && value == i);
    }
    for (unsigned i = 0; i < LOSS_COUNT; i++) {
        enum loss value = LOSS_COUNT;
        CU_ASSERT(loss_from_name(bytes_of(loss_at(i)), &value) && value == i);
    }
    for (unsigned i = 0; i < START_COUNT; i++) {
        enum start value = START_COUNT;
        CU_ASSERT(start_from_name(bytes_of(start_at(i)), &value) && value == i);
    }
    for (unsigned i = 0; i < VALUE_TYPE_COUNT; i++) {
        enum value_type value = VALUE_TYPE_COUNT;
        CU_ASSERT(value_type_from_name(bytes_of(type_at(i)), &value) && value == i);
    }
    enum verdict verdict = VERDICT_ERROR;
    CU_ASSERT(verdict_from_name(BYTES_LIT("fail"), &verdict) && verdict == VERDICT_FAIL);
    CU_ASSERT(!verdict_from_name(BYTES_LIT("failed"), &verdict) && verdict == VERDICT_FAIL);
    CU_ASSERT(!verdict_from_name(BYTES_LIT(""), &verdict));
    CU_ASSERT(!verdict_from_name(BYTES_LIT("?"), &verdict));
    CU_ASSERT(!verdict_from_name(BYTES_LIT("FAIL\0"), &verdict));
}

static void test_holes(void)
{
    static const char *const names[] = {"a", NULL, "c"};
    CU_ASSERT_STRING_EQUAL(names_get(names, 3, 1), "?");
    CU_ASSERT(names_find(names, 3, BYTES_LIT("C")) == 2);
    CU_ASSERT(names_find(names, 3, BYTES_LIT("b")) == BYTES_NONE);
}

static const struct unit_test tests[] = {
    {"complete", test_complete},
    {"spelling", test_spelling},
    {"back",     test_back    },
    {"holes",    test_holes   },
};

UNIT_MAIN("model/names", tests)
