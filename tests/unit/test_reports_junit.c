/* JUnit: whole reports, read back by libxml2, the strict one held against reports/schema/junit.xsd. */
#include "reports_rows.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

struct junit_row {
    const char *golden;
    struct rows_run run;
    size_t failures, errors, skipped;
};

static const struct junit_row rows[] = {
    {"junit.xml",             {.kind = "junit", ROWS_ALL},                                      4, 1, 4},
    {"junit-strict.xml",      {.kind = "junit", .options = {.strict = true}, ROWS_ALL},         4, 1, 4},
    {"junit-should.xml",      {.kind = "junit", .fail_on = FAIL_ON_SHOULD, .from = 2, .to = 5}, 2, 0, 0},
    {"junit-any.xml",         {.kind = "junit", .fail_on = FAIL_ON_ANY, .from = 8, .to = 12},   3, 1, 0},
    {"junit-never.xml",       {.kind = "junit", .fail_on = FAIL_ON_NEVER, .from = 2, .to = 4},  0, 0, 1},
    {"junit-all-traces.xml",
     {.kind = "junit", .options = {.trace = TRACE_ALL, .strict = true}, .from = 0, .to = 2},
     0,                                                                                            0,
     0                                                                                                 },
    {"junit-broken-off.xml",
     {.kind = "junit",
      .options = {.strict = true},
      .from = 0,
      .to = 1,
      .planned = 20,
      .broken_off = "127.0.0.1:25 <refused> \"the\" connection."},
     0,                                                                                            1,
     0                                                                                                 },
    {"junit-interrupted.xml",
     {.kind = "junit", .options = {.strict = true}, .planned = 20, .interrupted = true},
     0,                                                                                            1,
     0                                                                                                 },
    {"junit-empty.xml",       {.kind = "junit", .options = {.strict = true}},                   0, 1, 0},
};

static void quiet(void *self, const char *format, ...)
{
    (void)self;
    (void)format;
}

static xmlDocPtr parse(const struct buf *out)
{
    return xmlReadMemory((const char *)out->p, (int)out->n, "report.xml", NULL,
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, (const xmlChar *)name);
}

static size_t number_at(xmlNodePtr node, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
    size_t number = value != NULL ? strtoul((const char *)value, NULL, 10) : BYTES_NONE;
    xmlFree(value);
    return number;
}

static size_t children_named(const xmlNode *node, const char *name)
{
    size_t count = 0;
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        count += is_named(child, name);
    }
    return count;
}

struct junit_seen {
    size_t tests, failures, errors, skipped;
};

static struct junit_seen count_suite(xmlNodePtr suite)
{
    struct junit_seen seen = {0};
    for (xmlNodePtr node = suite->children; node != NULL; node = node->next) {
        if (!is_named(node, "testcase")) {
            continue;
        }
        seen.tests++;
        seen.failures += children_named(node, "failure");
        seen.errors += children_named(node, "error");
        seen.skipped += children_named(node, "skipped");
        CU_ASSERT_TRUE(children_named(node, "failure") + children_named(node, "error") +
                           children_named(node, "skipped") <=
                       1);
    }
    CU_ASSERT_EQUAL(number_at(suite, "tests"), seen.tests);
    CU_ASSERT_EQUAL(number_at(suite, "failures"), seen.failures);
    CU_ASSERT_EQUAL(number_at(suite, "errors"), seen.errors);
    CU_ASSERT_EQUAL(number_at(suite, "skipped"), seen.skipped);
    return seen;
}

static void check_counts(const struct junit_row *row, xmlNodePtr root)
{
    struct junit_seen all = {0};
    for (xmlNodePtr node = root->children; node != NULL; node = node->next) {
        if (is_named(node, "testsuite")) {
            struct junit_seen suite = count_suite(node);
            all.tests += suite.tests;
            all.failures += suite.failures;
            all.errors += suite.errors;
            all.skipped += suite.skipped;
        }
    }
    UNIT_ROW(row->golden, number_at(root, "tests") == all.tests);
    UNIT_ROW(row->golden, number_at(root, "failures") == row->failures);
    UNIT_ROW(row->golden, number_at(root, "errors") == row->errors);
    UNIT_ROW(row->golden, all.failures == row->failures && all.errors == row->errors);
    UNIT_ROW(row->golden, all.skipped == row->skipped);
}

static int validate(xmlDocPtr document)
{
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt("reports/schema/junit.xsd");
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    CU_ASSERT_PTR_NOT_NULL_FATAL(schema);
    xmlSchemaValidCtxtPtr context = xmlSchemaNewValidCtxt(schema);
    xmlSchemaSetValidErrors(context, quiet, quiet, NULL);
    int status = xmlSchemaValidateDoc(context, document);
    xmlSchemaFreeValidCtxt(context);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    return status;
}

static void test_golden_and_read_back(void)
{
    for (size_t i = 0; i < ROWS_COUNT(rows); i++) {
        struct buf out = {0};
        rows_report(&rows[i].run, &out);
        rows_golden(rows[i].golden, buf_bytes(&out));
        rows_harmless(buf_bytes(&out));
        xmlDocPtr document = parse(&out);
        CU_ASSERT_PTR_NOT_NULL_FATAL(document);
        check_counts(&rows[i], xmlDocGetRootElement(document));
        /* File and line are what the strict form leaves out. */
        bool valid = validate(document) == 0;
        UNIT_ROW(rows[i].golden, valid == rows[i].run.options.strict);
        xmlFreeDoc(document);
        buf_deinit(&out);
    }
}

/* The content of a failure is the shared text, to the octet. */
static void test_failure_is_the_shared_text(void)
{
    struct buf out = {0};
    struct buf text = {0};
    rows_report(&(struct rows_run){.kind = "junit", .from = 7, .to = 8}, &out);
    failure_print(&text, &rows_results[7], &(struct reporter_options){0});
    xmlDocPtr document = parse(&out);
    CU_ASSERT_PTR_NOT_NULL_FATAL(document);
    xmlNodePtr node = xmlDocGetRootElement(document);
    while (node != NULL && !is_named(node, "failure")) {
        xmlNodePtr next = node->next;
        if (children_named(node, "testsuite") + children_named(node, "testcase") +
                children_named(node, "failure") >
            0) {
            next = node->children;
        }
        node = next;
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(node);
    xmlChar *content = xmlNodeGetContent(node);
    CU_ASSERT_STRING_EQUAL((const char *)content, buf_text(&text));
    xmlFree(content);
    xmlFreeDoc(document);
    buf_deinit(&text);
    buf_deinit(&out);
}

struct refused_row {
    const char *why;
    const char *xml;
};

#define REFUSED_SUITE "<testsuite name='s' tests='1' failures='0' errors='0'>"
static const struct refused_row refused[] = {
    {"no name",          "<testsuites>" REFUSED_SUITE "<testcase time='0.1'/></testsuite></testsuites>"   },
    {"empty name",       "<testsuites>" REFUSED_SUITE "<testcase name=''/></testsuite></testsuites>"      },
    {"exponent",         "<testsuites time='1e3'/>"                                                       },
    {"two results",      "<testsuites>" REFUSED_SUITE "<testcase name='a'><failure type='a'/>"
                    "<error type='a'/></testcase></testsuite></testsuites>"            },
    {"no type",          "<testsuites>" REFUSED_SUITE "<testcase name='a'><failure/></testcase>"
                "</testsuite></testsuites>"                                                },
    {"twice the same",   "<testsuites>" REFUSED_SUITE "<testcase classname='a' name='a'/>"
                       "<testcase classname='a' name='a'/></testsuite></testsuites>"},
    {"zone in the time", "<testsuites><testsuite name='s' tests='1' failures='0' errors='0' "
                         "timestamp='2026-01-02T03:04:05Z'/></testsuites>"        },
};

static void test_schema_can_refuse(void)
{
    for (size_t i = 0; i < ROWS_COUNT(refused); i++) {
        struct buf xml = {0};
        buf_append_text(&xml, refused[i].xml);
        xmlDocPtr document = parse(&xml);
        CU_ASSERT_PTR_NOT_NULL_FATAL(document);
        UNIT_ROW(refused[i].why, validate(document) > 0);
        xmlFreeDoc(document);
        buf_deinit(&xml);
    }
    xmlCleanupParser();
}

static const struct unit_test tests[] = {
    {"whole reports, read back", test_golden_and_read_back      },
    {"failure text",             test_failure_is_the_shared_text},
    {"the schema can refuse",    test_schema_can_refuse         },
};

UNIT_MAIN("reports: JUnit", tests)
