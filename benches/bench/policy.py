"""The organisation of the bench: a chain of 1 of 3, 1 of 2, 2 of 4, and enough people that nobody asks twice for the same."""

import os

TEAM = "T00000001"
# As in probes/src/countersign.rs.
PEOPLE, RESOURCES = int(os.environ.get("BENCH_PEOPLE", "500")), 300
APPROVERS = {1: 3, 2: 2, 3: 4}


def person(name, slack, teams):
    return f'[[people]]\nid = "{name}"\nemail = "{name}@acme.com"\nlevel = "member"\nteams = {teams}\nslack = "{TEAM}/{slack}"\n'


def text(notify="{}", timeout="24h", connector=None, limits=""):
    """The policy file. `notify` is the workflow's; `connector` is a section whose resources are called `role-N`."""
    parts = [
        '[organisation]\nlevels = ["member", "admin"]\nteams = ["asks", "step1", "step2", "step3"]\n'
        "open_requests_per_person = 1000\n",
        '[[people]]\nid = "auditor"\nemail = "auditor@acme.com"\nlevel = "admin"\n',
    ]
    parts += [person(f"dev{n}", f"U1{n:06}", '["asks"]') for n in range(PEOPLE)]
    for step, count in APPROVERS.items():
        parts += [person(f"step{step}-{n}", f"U2{step}{n:05}", f'["step{step}"]') for n in range(count)]
    for n in range(RESOURCES):
        parts.append(f'[[resources]]\nid = "prod-{n}"\nkind = "approval_only"\nmax_duration = "8h"\n')
        if connector:
            parts.append(
                f'[[resources]]\nid = "role-{n}"\nkind = "database"\nmax_duration = "8h"\nconnector = "target"\n'
                'target = { roles = { access = ["bench_role"] } }\n'
            )
    steps = [(1, "Team lead", 1), (2, "Manager", 1), (3, "Security", 2)]
    parts.append(f'[[workflows]]\nid = "three"\nmatch = {{ resources = ["prod-*", "role-*"] }}\nnotify = {notify}\n{limits}')
    for step, name, required in steps:
        parts.append(
            f'[[workflows.steps]]\nname = "{name}"\napprovers = ["team = step{step}"]\nrequired = {required}\n'
            f'timeout = "{timeout}"\n'
        )
    return "\n".join(parts + ([connector] if connector else []))
