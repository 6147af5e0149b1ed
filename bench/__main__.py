"""Lists the benches, or runs one: ``python -m bench NAME [ARGUMENTS]``."""

import importlib
import sys

BENCHES = {
    "available": "“can it be made by then?” at 1,000 and 10,000 MSMEs × 52 weeks, and a loop beside",
    "capacity": "10,000 random steps around scarce weeks, alone and four at a time; what they were",
    "hostile": "sheets and photos that somebody made to hurt, sent to the real site: seconds and memory",
    "likeness": "every page for each role in both languages, compared with what another checkout showed",
    "lifecycle": "one order from draft to closed, by the verbs and by hand-made SQL",
    "dashboard": "figures and order lists at 10,000 to 1,000,000 orders, and the naive way beside",
    "dead_ends": "every state of small orders, by the verbs: each can be ended, and pages offer what verbs accept",
    "documents": "one warm page by the renderer and by bare WeasyPrint",
    "expected": "how often the interval of expected bookings holds the coming week, by weeks of history",
    "forecast": "a simulation: production at hidden paces, and how well late orders are foreseen",
    "pages": "queries and milliseconds of lists and of the order page",
    "reconcile": "a check of the whole ledger: seconds, steps, memory",
    "rounds": "a simulation: 300 MSMEs answer, decline, keep silent; no order ends silently short",
    "widths": "every figure of every page at four widths in both languages: none is cut, none breaks",
    "split": "splits of an order: seconds, gap, and how far the greedy one is",
}

IN_ROOMS = {
    "dashboard": "ledger.dashboard",
    "forecast": "simulated.forecast",
    "lifecycle": "lifecycle.measure",
    "likeness": "likeness.compare",
    "reconcile": "ledger.reconcile",
    "rounds": "simulated.rounds",
}
"""Those that stand in a folder with what belongs to them."""
ON_SQLITE = ("dead_ends",)
"""These go through states, not through rows: in memory a state is left again in no time."""
ON_THEIR_OWN = ("likeness",)
"""These bring their databases along."""


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in BENCHES:
        wide = max(map(len, BENCHES))
        print("bin/bench NAME, where NAME is one of\n")
        for name, what in BENCHES.items():
            print(f"  {name:<{wide}}  {what}")
        return 2 if arguments else 0
    from bench.database import prepare

    if arguments[0] not in ON_THEIR_OWN:
        prepare(on_sqlite=arguments[0] in ON_SQLITE)
    module = IN_ROOMS.get(arguments[0], arguments[0])
    importlib.import_module(f"bench.{module}").main(arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
