"""Row 7: memory, idle with every adapter configured, and per pending request."""

import time

from .. import countersign, generator, peers, policy, processes, records

WEBHOOK = '[webhooks.audit]\nurl = "http://127.0.0.1:{port}/hook"\nsecret_env = "BENCH_HOOK_SECRET"\nallow_private = ["127.0.0.0/8"]\n'
CONNECTOR = ('[connectors.target]\nkind = "postgres"\nhost = "127.0.0.1"\nport = {port}\ndatabase = "postgres"\nadmin_user = "postgres"\n'
             'password_env = "BENCH_PASSWORD"\nreassign_to = "leftovers"\ntls = "disable"\n')
UUID = "11111111-2222-3333-4444-555555555555"


def adapters(slack):
    """The settings of every adapter, all of them pointing at the fake."""
    fake = f"http://{slack.address()}"
    return {
        "DISCORD_BOT_TOKEN": "bench", "DISCORD_APPLICATION_ID": "123456789012345678", "DISCORD_PUBLIC_KEY": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "DISCORD_GATEWAY": "off", "DISCORD_API_URL": fake, "TELEGRAM_BOT_TOKEN": "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
        "TELEGRAM_WEBHOOK_SECRET": "s" * 40, "TELEGRAM_API_URL": fake, "TEAMS_APP_ID": UUID, "TEAMS_APP_PASSWORD": "bench",
        "TEAMS_TENANT_ID": UUID, "TEAMS_LOGIN_URL": fake, "TEAMS_OPENID_URL": f"{fake}/openid", "TEAMS_SERVICE_URL": fake,
        "SMTP_URL": "smtp://u:p@127.0.0.1:9", "EMAIL_FROM": "access@acme.com", "BENCH_PASSWORD": "bench",
        "BENCH_HOOK_SECRET": "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "COUNTERSIGN_PUBLIC_URL": "https://access.acme.com",
    }


def run(cluster, quick, only=None):
    slack = generator.Slack()
    try:
        bolt = peers.BoltSqlite(cluster, slack).start()
        time.sleep(4)
        records.add("memory", peer=bolt.name, idle_mb=processes.memory(bolt.pids()))
        bolt.stop()
        cluster.try_sql("CREATE ROLE leftovers NOLOGIN; CREATE ROLE bench_role NOLOGIN")
        text = policy.text(connector=CONNECTOR.format(port=cluster.port) + WEBHOOK.format(port=slack.port))
        ours(countersign.Countersign("sqlite", cluster, slack, text=text, env=adapters(slack)), 2_000 if quick else 10_000)
    finally:
        slack.stop()


def ours(server, count):
    server.start()
    try:
        time.sleep(6)
        idle = processes.memory(server.process.pids())
        records.add("memory", peer=server.name, idle_mb=idle)
        # What the first requests cost in caches is no cost of a request.
        generator.load("pending", server.base(), server.dialect, c=64, n=2_000, **server.options())
        time.sleep(4)
        some = processes.memory(server.process.pids())
        generator.load("pending", server.base(), server.dialect, c=64, n=count, first=2_000, **server.options())
        time.sleep(4)
        many = processes.memory(server.process.pids())
        records.add("pending", peer=server.name, n=count, kb_each=(many - some) * 1024 / count, mb=many, mb_2000=some)
    finally:
        server.stop()
