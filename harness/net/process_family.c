/*
 * What a program left behind.
 *
 * waitpid() is called for single processes only, and never for one that libuv waits for. Every child that this program
 * starts is libuv's (a struct child's loop runs alone, while this one stands still), so any other dead child of
 * ours is an orphan that came to us.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/mem.h"
#include "net/process_internal.h"

/* So often one without an environment is looked at again: that long exec never takes. */
enum { MAX_UNSURE_SWEEPS = 5 };

/* ---- Subreaper ---- */

static bool is_subreaper(void)
{
    int is = 0;
#ifdef PR_GET_CHILD_SUBREAPER
    if (prctl(PR_GET_CHILD_SUBREAPER, &is, 0, 0, 0) != 0) {
        is = 0;
    }
#endif
    return is != 0;
}

static void set_subreaper(bool on)
{
#ifdef PR_SET_CHILD_SUBREAPER
    prctl(PR_SET_CHILD_SUBREAPER, on ? 1UL : 0UL, 0, 0, 0); /* refused: we do without */
#else
    (void)on;
#endif
}

void process_family_init(struct process_family *family, struct loop *loop)
{
    struct buf token = {0};
    const char *ours = getenv(PROCESS_MARK);
    buf_printf(&token, "%s%s%ld-%llx", ours != NULL ? ours : "", ours != NULL ? "/" : "",
               (long)getpid(), (unsigned long long)uv_hrtime());
    family->token = buf_steal(&token);
    if (loop->families++ == 0) {
        loop->was_subreaper = is_subreaper();
        set_subreaper(true);
    }
}

void process_family_leave(struct process_family *family, struct loop *loop)
{
    free(family->token);
    free(family->counted);
    family->token = NULL;
    family->counted = NULL;
    if (--loop->families == 0) {
        set_subreaper(loop->was_subreaper);
    }
}

/* ---- Sweeping ---- */

struct asked {
    pid_t pid;
    bool found;
};

static void ask_handle(uv_handle_t *handle, void *self)
{
    struct asked *asked = self;
    if (handle->type == UV_PROCESS && uv_is_active(handle) &&
        ((uv_process_t *)handle)->pid == asked->pid) {
        asked->found = true;
    }
}

static bool is_waited_for_by_libuv(struct loop *loop, pid_t pid)
{
    struct asked asked = {.pid = pid};
    uv_walk(&loop->uv, ask_handle, &asked);
    return asked.found;
}

static void count(struct process_family *family, const struct tree_node *node)
{
    for (size_t i = 0; i < family->left_behind; i++) {
        if (family->counted[i].pid == node->pid &&
            family->counted[i].start_time == node->start_time) {
            return;
        }
    }
    family->counted = mem_grow(family->counted, family->left_behind, &family->counted_capacity,
                               sizeof *family->counted);
    family->counted[family->left_behind++] =
        (struct family_member){.pid = node->pid, .start_time = node->start_time};
}

enum found { FOUND_ALIVE, FOUND_DEAD, FOUND_NOTHING };

/* An orphan that is dead is reaped here. One whose parent has to go first comes to us then. */
static enum found bury(const struct process_tree *tree, struct loop *loop,
                       const struct tree_node *node)
{
    if (!node->zombie) {
        return FOUND_ALIVE;
    }
    if (node->parent != getpid()) {
        const struct tree_node *parent = process_tree_find(tree, node->parent);
        return node->member && parent != NULL && parent->member ? FOUND_DEAD : FOUND_NOTHING;
    }
    if (is_waited_for_by_libuv(loop, node->pid)) {
        return FOUND_NOTHING;
    }
    /* 0: only its first thread has ended, the others run */
    return waitpid(node->pid, NULL, WNOHANG) == 0 ? FOUND_ALIVE : FOUND_DEAD;
}

static bool may_be_member(const struct process_family *family, struct loop *loop,
                          const struct tree_node *node)
{
    return node->unsure && family->sweeps <= MAX_UNSURE_SWEEPS && node->parent == getpid() &&
           !is_waited_for_by_libuv(loop, node->pid);
}

/* Returns whether there was anything. */
static bool sweep_node(struct process_family *family, struct loop *loop,
                       const struct process_tree *tree, const struct tree_node *node, bool merciful)
{
    enum found found = bury(tree, loop, node);
    if (found != FOUND_ALIVE) {
        return found == FOUND_DEAD;
    }
    if (!node->member) {
        return may_be_member(family, loop, node);
    }
    bool in_group = node->group == family->leader;
    if (!in_group || !family->signalled) {
        count(family, node);
    }
    if (!in_group || !merciful) {
        kill(node->pid, SIGKILL);
    }
    return true;
}

bool process_family_sweep(struct process_family *family, struct loop *loop, bool merciful)
{
    struct process_tree tree;
    bool any = false;
    bool known = process_tree_read(&tree) == 0;
    family->sweeps++;
    if (known) {
        process_tree_mark(&tree, family->leader, family->token);
    }
    for (size_t i = 0; i < tree.count; i++) {
        any |= sweep_node(family, loop, &tree, &tree.nodes[i], merciful);
    }
    /* Whom we could not see. Only at once, as long as the group's id is nobody else's. */
    if (family->sweeps == 1 && (!merciful || !known)) {
        kill(-family->leader, SIGKILL);
    }
    process_tree_deinit(&tree);
    return any;
}
