#!/usr/bin/env python3
"""Starts a real nats-server with this folder's configuration and tries what each user may and may not do.

Usage: check.py [path of nats-server]     (default: nats-server from PATH)

Needs only Python's standard library: it speaks the NATS protocol itself, which is lines of text. Exits with 1
and the list of what differs from the expectation. Touches nothing outside a temporary directory.
"""

import glob
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
USERS = ["intake", "risk", "scheduling", "gateway", "operator"]
PASSWORDS = {user: f"p{1000 + number}" for number, user in enumerate(USERS)}
ANSWER_WAIT_S = 5.0
START_WAIT_S = 10.0

STREAMS = {
    "INTAKE": ["intake.>"],
    "RISK": ["risk.>"],
    "SCHEDULE": ["schedule.>"],
    "OBJ_lacteal-claims": ["$O.lacteal-claims.>"],
    "OBJ_lacteal-requests": ["$O.lacteal-requests.>"],
}
WRITERS = {
    "intake.report.00.p": "intake",
    "intake.quarantine.q": "intake",
    "intake.seen.k": "intake",
    "intake.early.00.p.k": "intake",
    "intake.review.00.p.q": "intake",
    "intake.resolved.q": "intake",
    "intake.pulse.s.1": "intake",
    "intake.feed.s.1.silent": "intake",
    "risk.dossier.00.p": "risk",
    "risk.assessment.00.p": "risk",
    "schedule.plan.00.p": "scheduling",
    "schedule.planned.00.p": "scheduling",
    "schedule.notice.00.p": "scheduling",
    "schedule.timer.p": "scheduling",
    "submit.intake": "gateway",
    "quarantine.intake.list": "gateway",
    "quarantine.intake.discard": "gateway",
    "reinterpret.intake": "gateway",
    "feeds.intake.list": "gateway",
    "decide.intake": "gateway",
    "assess.risk.what_if": "gateway",
    "plan.scheduling.supposed": "gateway",
}
# The requests of the gateway, and who answers each.
ASKED = {"submit.intake": "intake", "decide.intake": "intake", "quarantine.intake.list": "intake",
         "reinterpret.intake": "intake", "feeds.intake.list": "intake", "assess.risk.what_if": "risk",
         "plan.scheduling.supposed": "scheduling"}
# The durable consumers, and who owns each.
CONSUMERS = {("INTAKE", "risk"): "risk", ("RISK", "scheduling"): "scheduling",
             ("SCHEDULE", "scheduling-wake"): "scheduling"}
READERS = {"INTAKE": {"intake"}, "RISK": {"risk", "scheduling", "gateway"},
           "SCHEDULE": {"scheduling", "gateway"}, "OBJ_lacteal-claims": {"intake", "risk", "scheduling", "gateway"},
           "OBJ_lacteal-requests": {"intake", "risk", "gateway"}}
# Who writes which object store, and who reads a large payload out of it.
OBJECTS = {"lacteal-claims": ({"intake", "risk", "scheduling"}, {"intake", "risk", "scheduling", "gateway"}),
           "lacteal-requests": ({"gateway"}, {"intake", "risk"})}

differences = []


def expect(what, found, wanted=True):
    if found != wanted:
        differences.append(f"{what}: expected {wanted}, found {found}")


class Client:
    """One connection, used by one caller at a time."""

    inboxes = itertools.count()

    def __init__(self, port, user, password):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_WAIT_S)
        self.lines = self.socket.makefile("rb")
        self.lines.readline()
        login = {"user": user, "pass": password, "verbose": False, "pedantic": False,
                 "headers": True, "no_responders": True}
        self.send(f"CONNECT {json.dumps(login)}\r\nPING\r\n")
        self.messages, self.errors = [], []
        self.until_pong()

    def send(self, text):
        self.socket.sendall(text.encode())

    def read_one(self):
        line = self.lines.readline().decode().rstrip("\r\n")
        word, *rest = line.split(" ")
        if word in ("MSG", "HMSG"):
            size = int(rest[-1])
            body = self.lines.read(size + 2)[:size].decode()
            reply = rest[2] if len(rest) == (4 if word == "MSG" else 5) else None
            headers = body[:int(rest[-2])] if word == "HMSG" else ""
            self.messages.append({"subject": rest[0], "reply": reply, "headers": headers,
                                  "body": body[len(headers):]})
        elif word == "PING":
            self.send("PONG\r\n")
        elif word == "-ERR":
            self.errors.append(line)
            if "Permissions Violation" not in line:
                raise ConnectionError(line)
        elif word == "":
            raise ConnectionError("closed by the server")
        return word

    def until_pong(self):
        while self.read_one() != "PONG":
            pass

    def refused(self, line):
        """Whether the server answers the line with a permission violation."""
        self.errors.clear()
        self.send(line + "PING\r\n")
        self.until_pong()
        return bool(self.errors)

    def may_publish(self, subject):
        return not self.refused(f"PUB {subject} 0\r\n\r\n")

    def may_subscribe(self, subject):
        refused = self.refused(f"SUB {subject} 900\r\n")
        if not refused:
            self.send("UNSUB 900\r\n")
        return not refused

    def subscribe(self, subject, number=1):
        if self.refused(f"SUB {subject} {number}\r\n"):
            raise ConnectionError(f"may not subscribe to {subject}")

    def take(self):
        """The next message, within the time limit of the socket."""
        while not self.messages:
            self.read_one()
        return self.messages.pop(0)

    def publish(self, subject, body="", headers=None, reply=""):
        if headers is None:
            self.send(f"PUB {subject} {reply} {len(body)}\r\n{body}\r\n")
        else:
            head = "NATS/1.0\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
            self.send(f"HPUB {subject} {reply} {len(head)} {len(head) + len(body)}\r\n{head}{body}\r\n")

    def request(self, subject, body="", headers=None):
        """Publishes and waits for the one answer; `{}` when the answer is not JSON."""
        inbox = f"_INBOX.{next(self.inboxes)}"
        self.subscribe(inbox, 2)
        self.publish(subject, body, headers, reply=inbox)
        answer = self.take()
        self.send("UNSUB 2\r\n")
        return json.loads(answer["body"]) if answer["body"].startswith("{") else {}

    def api(self, verb, value=None):
        return self.request(f"$JS.API.{verb}", "" if value is None else json.dumps(value))


def stream(name):
    config = {"name": name, "subjects": STREAMS[name], "storage": "file", "retention": "limits",
              "discard": "new", "num_replicas": 1, "max_bytes": 1 << 20, "allow_direct": True,
              "allow_atomic": True, "allow_msg_ttl": True, "max_age": 0, "max_msgs": -1,
              "max_consumers": -1, "max_msgs_per_subject": -1, "max_msg_size": -1}
    if name in ("RISK", "SCHEDULE"):
        config["allow_rollup_hdrs"] = True
    if name == "SCHEDULE":
        # The server refuses schedules together with `discard: new`, so this stream has no limit at all.
        config.update(allow_msg_schedules=True, discard="old", max_bytes=-1)
    return config


def consumer(stream_name, name, subject):
    return {"stream_name": stream_name, "action": "",
            "config": {"name": name, "durable_name": name, "filter_subject": subject,
                       "ack_policy": "explicit", "deliver_policy": "all"}}


def check_work(clients):
    """Each role does its own work, by the requests that the ledger makes."""
    operator, intake, risk = clients["operator"], clients["intake"], clients["risk"]
    scheduling, gateway = clients["scheduling"], clients["gateway"]

    for name in STREAMS:
        made = operator.api(f"STREAM.CREATE.{name}", stream(name))
        expect(f"operator creates {name}", made.get("error"), None)
    changed = operator.api("STREAM.UPDATE.INTAKE", {**stream("INTAKE"), "max_bytes": 2 << 20})
    expect("operator changes INTAKE", changed.get("error"), None)

    for user, subject in [("intake", "intake.report.00.p"), ("intake", "$O.lacteal-claims.C.n"),
                          ("gateway", "$O.lacteal-requests.C.n"),
                          ("risk", "risk.dossier.00.p"), ("scheduling", "schedule.plan.00.p")]:
        expect(f"{user} stores {subject}", clients[user].request(subject, "x").get("seq", 0) > 0)
    headers = {"Nats-Batch-Id": "b", "Nats-Batch-Sequence": "1", "Nats-Rollup": "sub",
               "Nats-Batch-Commit": "1"}
    expect("risk commits a batch", risk.request("risk.dossier.00.p", "y", headers).get("batch"), "b")

    for (stream_name, name), user in CONSUMERS.items():
        subject = {"INTAKE": "intake.report.>", "RISK": "risk.dossier.>", "SCHEDULE": "schedule.wake.>"}[stream_name]
        made = clients[user].api(f"CONSUMER.CREATE.{stream_name}.{name}.{subject}",
                                 consumer(stream_name, name, subject))
        expect(f"{user} creates its consumer {name}", made.get("name"), name)

    # A timer of scheduling comes back as a wake-up. The consumer pulls before the timer fires.
    timer = {"Nats-Schedule": time.strftime("@at %Y-%m-%dT%H:%M:%SZ", time.gmtime()),
             "Nats-Schedule-Target": "schedule.wake.p"}
    expect("scheduling sets a timer", scheduling.request("schedule.timer.p", "z", timer).get("seq", 0) > 0)

    for (stream_name, name), user in CONSUMERS.items():
        client = clients[user]
        client.subscribe("_INBOX.pull")
        client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{stream_name}.{name}", json.dumps({"batch": 1}),
                       reply="_INBOX.pull")
        delivery = client.take()
        expect(f"{user} is delivered to by {name}", delivery["subject"].split(".")[0], stream_name.lower())
        confirmed = client.request(delivery["reply"], "+ACK")
        client.send("UNSUB 1\r\n")
        expect(f"{user} acknowledges on {name}", confirmed, {})
        info = client.api(f"CONSUMER.INFO.{stream_name}.{name}")
        expect(f"{name} has nothing left to acknowledge", info.get("num_ack_pending"), 0)

    for user, stream_name, subject in [("gateway", "SCHEDULE", "schedule.plan.00.p"),
                                       ("gateway", "RISK", "risk.dossier.00.p"),
                                       ("risk", "RISK", "risk.dossier.00.p"),
                                       ("scheduling", "RISK", "risk.dossier.00.p")]:
        client = clients[user]
        client.subscribe("_INBOX.get")
        client.publish(f"$JS.API.DIRECT.GET.{stream_name}", json.dumps({"multi_last": [subject]}),
                       reply="_INBOX.get")
        answers = [client.take(), client.take()]
        client.send("UNSUB 1\r\n")
        expect(f"{user} reads many from {stream_name}", f"Nats-Subject: {subject}" in answers[0]["headers"])
        got = client.api(f"STREAM.MSG.GET.{stream_name}", {"last_by_subj": subject})
        expect(f"{user} reads {stream_name} from its leader", got.get("message", {}).get("subject"), subject)

    follower = {"stream_name": "SCHEDULE", "action": "create",
                "config": {"name": "follow-1", "filter_subject": "schedule.plan.>", "ack_policy": "none",
                           "mem_storage": True, "deliver_policy": "last_per_subject",
                           "inactive_threshold": 30_000_000_000}}
    made = gateway.api("CONSUMER.CREATE.SCHEDULE.follow-1.schedule.plan.>", follower)
    expect("gateway follows the plans", made.get("error"), None)

    # A large payload as the object store reads it: by a push consumer without a name.
    for bucket, (_, readers) in OBJECTS.items():
        chunk = f"$O.{bucket}.C.n"
        reader = {"stream_name": f"OBJ_{bucket}",
                  "config": {"filter_subject": chunk, "deliver_subject": "_INBOX.chunks",
                             "ack_policy": "none", "deliver_policy": "all", "mem_storage": True}}
        for user in sorted(readers):
            client = clients[user]
            client.subscribe("_INBOX.chunks")
            client.publish(f"$JS.API.CONSUMER.CREATE.OBJ_{bucket}", json.dumps(reader), reply="_INBOX.made")
            expect(f"{user} reads a large payload of {bucket}", client.take()["subject"], chunk)
            client.send("UNSUB 1\r\n")

    for subject, answers in ASKED.items():
        server = clients[answers]
        server.subscribe(subject)
        gateway.subscribe("_INBOX.submit")
        gateway.publish(subject, "report", reply="_INBOX.submit")
        asked = server.take()
        expect(f"{answers} answers a request on {subject}", server.may_publish(asked["reply"]))
        expect("gateway hears the answer", gateway.take()["subject"], "_INBOX.submit")
        expect(f"{answers} answers a request once", server.may_publish(asked["reply"]), False)
        for client in (server, gateway):
            client.send("UNSUB 1\r\n")


def check_refusals(clients):
    """Nobody does another's work, and nobody takes away what is stored."""
    for user, client in clients.items():
        for bucket, (writers, readers) in OBJECTS.items():
            for subject in [f"$O.{bucket}.C.n", f"$O.{bucket}.M.n"]:
                expect(f"{user} publishes {subject}", client.may_publish(subject), user in writers)
            expect(f"{user} follows {bucket}", client.may_publish(f"$JS.API.CONSUMER.CREATE.OBJ_{bucket}"),
                   user in readers)
        for subject, writer in WRITERS.items():
            expect(f"{user} publishes {subject}", client.may_publish(subject), user == writer)
        for name in STREAMS:
            for verb in ["DELETE", "PURGE", "MSG.DELETE", "SNAPSHOT", "RESTORE", "LEADER.STEPDOWN"]:
                expect(f"{user}: {verb} on {name}", client.may_publish(f"$JS.API.STREAM.{verb}.{name}"), False)
            creates = user == "operator" or user in OBJECTS.get(name.removeprefix("OBJ_"), (set(), set()))[0]
            expect(f"{user}: CREATE on {name}", client.may_publish(f"$JS.API.STREAM.CREATE.{name}"), creates)
            expect(f"{user}: UPDATE on {name}", client.may_publish(f"$JS.API.STREAM.UPDATE.{name}"),
                   user == "operator")
            for verb in ["STREAM.MSG.GET", "DIRECT.GET"]:
                expect(f"{user}: {verb} on {name}", client.may_publish(f"$JS.API.{verb}.{name}"),
                       user in READERS[name])
        for (name, durable), owner in CONSUMERS.items():
            mine = user == owner
            for verb in ["CONSUMER.CREATE", "CONSUMER.MSG.NEXT"]:
                expect(f"{user}: {verb} on {durable}", client.may_publish(f"$JS.API.{verb}.{name}.{durable}"), mine)
            expect(f"{user}: filtered {durable}", client.may_publish(f"$JS.API.CONSUMER.CREATE.{name}.{durable}.x.y"), mine)
            expect(f"{user}: deletes {durable}", client.may_publish(f"$JS.API.CONSUMER.DELETE.{name}.{durable}"), False)
            for ack in [f"$JS.ACK.{name}.{durable}.1.1.1.1.0", f"$JS.ACK._.h.{name}.{durable}.1.1.1.1.0"]:
                expect(f"{user}: {ack}", client.may_publish(ack), mine)
        for subject in ["intake.>", "risk.>", "schedule.>", "$O.>", "$JS.>", "$SYS.>", ">"]:
            expect(f"{user} listens to {subject}", client.may_subscribe(subject), False)
        for subject, answers in ASKED.items():
            expect(f"{user} serves {subject}", client.may_subscribe(subject), user == answers)
        for subject in ["_INBOX.x", "$SYS.REQ.SERVER.PING", "elsewhere"]:
            expect(f"{user} publishes {subject}", client.may_publish(subject), False)


def copied(directory):
    """The configuration with its store in the directory: no flag of nats-server overrides that one."""
    for name in ["nats.conf", "authorization.conf"]:
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(text.replace('store_dir: "/data"', f'store_dir: "{directory}/data"'))
    return os.path.join(directory, "nats.conf")


def started_port(directory, server):
    deadline = time.monotonic() + START_WAIT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit("nats-server ended at once")
        for path in glob.glob(os.path.join(directory, "*.ports")):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if text.rstrip().endswith("}"):
                return int(json.loads(text)["nats"][0].rsplit(":", 1)[1])
        time.sleep(0.02)
    sys.exit("nats-server did not tell its port in time")


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else "nats-server"
    config = os.path.join(HERE, "nats.conf")
    environment = {**os.environ, "JS_KEY": "check"}
    for user, password in PASSWORDS.items():
        environment[f"{user.upper()}_PASSWORD"] = password
    subprocess.run([binary, "-t", "-c", config], env=environment, check=True)

    with tempfile.TemporaryDirectory() as directory:
        server = subprocess.Popen(
            [binary, "-c", copied(directory), "-a", "127.0.0.1", "-p", "-1", "-m", "-1",
             "--ports_file_dir", directory, "-l", os.path.join(directory, "log")], env=environment)
        try:
            port = started_port(directory, server)
            clients = {user: Client(port, user, PASSWORDS[user]) for user in USERS}
            check_refusals(clients)
            check_work(clients)
            for login in [("risk", PASSWORDS["intake"]), ("", "")]:
                try:
                    Client(port, *login)
                    differences.append(f"user {login[0]!r} was let in with a wrong password")
                except ConnectionError:
                    pass
        except OSError as error:
            differences.append(f"the check could not go on: {error}")
        finally:
            server.terminate()
            server.wait(timeout=START_WAIT_S)

    if differences:
        sys.exit("\n".join(["the permissions are not what they should be:", *differences]))
    print("nats: configuration valid, permissions as they should be")


if __name__ == "__main__":
    main()
