"""What was measured, as a table: mailspec, the peer, their ratio, and what was aimed at."""

MORE, LESS = "more", "less"  # is better


class Figure:
    """A value and the peak resident set of the process that it was measured with."""

    def __init__(self, value, peak_kib=None):
        self.value, self.peak_kib = value, peak_kib


def mib(kib):
    return "" if kib is None else f"{kib / 1024:.1f} MiB"


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, unit, mailspec, peer, peer_name, goal=None):
        """`goal` is (MORE or LESS, number, "ratio" or "value")."""
        ratio = mailspec.value / peer.value
        self.rows.append((what, f"{mailspec.value:.1f} {unit}", f"{peer.value:.1f} {unit}", peer_name, f"{ratio:.2f}",
                          self.told(goal, mailspec.value, ratio, unit), mib(mailspec.peak_kib), mib(peer.peak_kib)))

    @staticmethod
    def told(goal, value, ratio, unit):
        if goal is None:
            return ""
        better, number, of = goal
        seen = ratio if of == "ratio" else value
        met = seen >= number if better == MORE else seen <= number
        return f"{'>=' if better == MORE else '<='} {number}{'' if of == 'ratio' else ' ' + unit}: {'met' if met else 'missed'}"

    def show(self):
        head = ("what", "mailspec", "peer", "which peer", "mailspec / peer", "goal", "peak memory", "peer's peak")
        rows = [head, *self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        for row in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
