#include "reports/junit_case.h"

#include "reports/show.h"

/* ---- Writing ---- */

bool junit_writer_init(struct junit_writer *writer)
{
    writer->buffer = xmlBufferCreate();
    writer->xml = writer->buffer != NULL ? xmlNewTextWriterMemory(writer->buffer, 0) : NULL;
    if (writer->xml == NULL) {
        xmlBufferFree(writer->buffer);
        return false;
    }
    (void)xmlTextWriterSetIndent(writer->xml, 1);
    (void)xmlTextWriterSetIndentString(writer->xml, junit_chars("  "));
    return true;
}

void junit_writer_deinit(struct junit_writer *writer, struct buf *out)
{
    xmlFreeTextWriter(writer->xml); /* flushes */
    buf_append(
        out, bytes_make(xmlBufferContent(writer->buffer), (size_t)xmlBufferLength(writer->buffer)));
    xmlBufferFree(writer->buffer);
    *writer = (struct junit_writer){0};
}

const xmlChar *junit_chars(const char *text)
{
    return (const xmlChar *)text;
}

void junit_attribute(xmlTextWriterPtr xml, const char *name, const char *value)
{
    (void)xmlTextWriterWriteAttribute(xml, junit_chars(name), junit_chars(value));
}

static void text_attribute(xmlTextWriterPtr xml, const char *name, const char *text)
{
    struct buf shown = {0};
    show_text(&shown, text);
    junit_attribute(xml, name, buf_text(&shown));
    buf_deinit(&shown);
}

/* ---- What a case is to JUnit ---- */

enum junit_result junit_result_of(enum verdict verdict, enum fail_on fail_on)
{
    static const enum junit_result acceptable[VERDICT_COUNT] = {
        [VERDICT_PASS] = JUNIT_PASSED,       [VERDICT_INFO] = JUNIT_PASSED,
        [VERDICT_NON_STRICT] = JUNIT_PASSED, [VERDICT_UNSUPPORTED] = JUNIT_SKIPPED,
        [VERDICT_SKIP] = JUNIT_SKIPPED,      [VERDICT_INCONCLUSIVE] = JUNIT_SKIPPED,
        [VERDICT_ERROR] = JUNIT_ERROR,       [VERDICT_FAIL] = JUNIT_SKIPPED,
        [VERDICT_XFAIL] = JUNIT_SKIPPED,     [VERDICT_XPASS] = JUNIT_SKIPPED,
    };
    if (verdict_outcome(verdict, fail_on) == OUTCOME_NOT_OK) {
        return verdict == VERDICT_ERROR ? JUNIT_ERROR : JUNIT_FAILURE;
    }
    return acceptable[verdict];
}

static size_t folder_end(struct bytes id)
{
    size_t end = id.n;
    while (end > 0 && id.p[end - 1] != '/') {
        end--;
    }
    return end;
}

void junit_class_name(struct buf *out, const struct case_result *result)
{
    struct bytes id = bytes_of(result->program->id);
    size_t end = folder_end(id);
    show_case_target(out, result);
    if (end == 0) {
        buf_append_text(out, "mailspec");
        return;
    }
    size_t from = out->n;
    show_line(out, bytes_slice(id, 0, end - 1));
    for (size_t i = from; i < out->n; i++) {
        out->p[i] = out->p[i] == '/' ? '.' : out->p[i];
    }
}

/* MUST or SHOULD, where a rule of that level is broken, else the verdict. */
static const char *failure_type(const struct case_result *result)
{
    const struct rule *gravest = NULL;
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *finding = &result->findings[i];
        if (gravest == NULL || finding->rule->level < gravest->level) {
            gravest = finding->rule;
        }
    }
    bool by_rule = result->verdict == VERDICT_FAIL || result->verdict == VERDICT_NON_STRICT;
    return gravest != NULL && by_rule ? level_name(gravest->level) : verdict_name(result->verdict);
}

/* ---- The element ---- */

static void write_names(xmlTextWriterPtr xml, const struct case_result *result)
{
    struct buf text = {0};
    junit_class_name(&text, result);
    junit_attribute(xml, "classname", buf_text(&text));
    buf_clear(&text);
    show_case_name(&text, result);
    junit_attribute(xml, "name", buf_text(&text) + folder_end(buf_bytes(&text)));
    buf_clear(&text);
    show_seconds(&text, result->duration_us);
    junit_attribute(xml, "time", buf_text(&text));
    buf_deinit(&text);
}

static void write_file(xmlTextWriterPtr xml, const struct case_result *result)
{
    const struct program *program = result->program;
    unsigned line = result->outcome.place.line;
    if (line == 0 && program->step_count > 0) {
        line = program->steps[0].place.line;
    }
    text_attribute(xml, "file",
                   line == result->outcome.place.line && line > 0 ? result->outcome.place.path
                                                                  : program->path);
    if (line > 0) {
        (void)xmlTextWriterWriteFormatAttribute(xml, junit_chars("line"), "%u", line);
    }
}

static void write_result(xmlTextWriterPtr xml, const struct case_result *result,
                         enum junit_result kind, struct buf *text)
{
    static const char *const elements[] = {
        [JUNIT_FAILURE] = "failure", [JUNIT_ERROR] = "error", [JUNIT_SKIPPED] = "skipped"};
    struct buf message = {0};
    if (kind == JUNIT_SKIPPED) {
        buf_printf(&message, "%s: ", verdict_name(result->verdict));
    }
    bool known = result->verdict == VERDICT_XFAIL && result->known_failing != NULL;
    show_text(&message, known ? result->known_failing : result->reason);
    (void)xmlTextWriterStartElement(xml, junit_chars(elements[kind]));
    junit_attribute(xml, "message", buf_text(&message));
    junit_attribute(xml, "type", failure_type(result));
    (void)xmlTextWriterWriteString(xml, junit_chars(buf_text(text)));
    (void)xmlTextWriterEndElement(xml);
    buf_deinit(&message);
}

/* Remarks on a case that passes, and where its transcript is: GitLab makes a link of the latter. */
static void write_output(xmlTextWriterPtr xml, const struct case_result *result, struct buf *text)
{
    if (result->transcript != NULL) {
        buf_append_text(text, "[[ATTACHMENT|");
        show_text(text, result->transcript);
        buf_append_text(text, "]]\n");
    }
    if (text->n > 0) {
        (void)xmlTextWriterWriteElement(xml, junit_chars("system-out"),
                                        junit_chars(buf_text(text)));
    }
}

void junit_case(struct buf *out, const struct case_result *result,
                const struct reporter_options *options, enum fail_on fail_on)
{
    enum junit_result kind = junit_result_of(result->verdict, fail_on);
    struct junit_writer writer;
    struct buf text = {0};
    if (!junit_writer_init(&writer)) {
        return;
    }
    bool remarks = result->verdict != VERDICT_PASS || options->trace == TRACE_ALL;
    if (kind != JUNIT_PASSED || remarks) {
        failure_print(&text, result, options);
    }
    (void)xmlTextWriterStartElement(writer.xml, junit_chars("testcase"));
    write_names(writer.xml, result);
    if (!options->strict) {
        write_file(writer.xml, result);
    }
    if (kind != JUNIT_PASSED) {
        write_result(writer.xml, result, kind, &text);
        buf_clear(&text);
    }
    write_output(writer.xml, result, &text);
    (void)xmlTextWriterEndElement(writer.xml);
    junit_writer_deinit(&writer, out);
    buf_deinit(&text);
}

void junit_run_error(struct buf *out, const char *why)
{
    struct junit_writer writer;
    if (!junit_writer_init(&writer)) {
        return;
    }
    (void)xmlTextWriterStartElement(writer.xml, junit_chars("testcase"));
    junit_attribute(writer.xml, "classname", "mailspec");
    junit_attribute(writer.xml, "name", "run");
    junit_attribute(writer.xml, "time", "0.000");
    (void)xmlTextWriterStartElement(writer.xml, junit_chars("error"));
    junit_attribute(writer.xml, "message", why);
    junit_attribute(writer.xml, "type", "ERROR");
    (void)xmlTextWriterEndElement(writer.xml);
    (void)xmlTextWriterEndElement(writer.xml);
    junit_writer_deinit(&writer, out);
}
