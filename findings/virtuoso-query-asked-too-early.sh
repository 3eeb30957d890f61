#!/bin/sh
# Virtuoso: queries asked of an empty store lose their rows after the data are loaded
#
# Package: virtuoso-opensource-7-bin 7.2.5.1+dfsg1-0.3 of Debian 12 (Virtuoso Open Source 7.2.5.3229).
# Input:   1. Two queries of an empty store: `?topic skos:broader* :topic1 . ?finding :about ?topic`, and the same with
#          `?finding a :FirstHand`. 2. 44 triples, sent with the Graph Store protocol (PUT) or with INSERT DATA.
#          3. The two queries again.
# Seen:    0 rows or 1 row instead of 18, and 0 rows or 1 row instead of 2, each time that they are asked, and also with one
#          more space in the text. There is no error. After a restart with the same data, all rows in each run.
# Rule:    SPARQL 1.1 Query Language, sections 2.2 and 18.6: the result is every solution of the pattern on the dataset as it is
#          when the query is evaluated; `*` (sections 9.1 and 18.4) is a path of any length. SPARQL 1.1 Graph Store HTTP
#          Protocol, section 5.3, and SPARQL 1.1 Update, section 3.1.1: the graph contains the triples after the request.
# Effect:  an application that starts before its store is filled returns too few rows until the store is restarted. Issue 929
#          of openlink/virtuoso-opensource describes a similar case in 7.2.5; its branch develop/7 was said to be right in 2020.
#
# Exit code 0: the behaviour is still as described; 1: it has changed; another: it could not be tested.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
server=virtuoso-t libraries=""
if ! virtuoso-t '-?' 2>&1 | grep -q 'Version 7\.2\.5\.'; then # from Debian 12, without installing it
  # libsasl2-2 and libssl3 in the version of the day: Debian removes older ones after a security update.
  (cd "$folder" && apt-get download -q virtuoso-opensource-7-bin=7.2.5.1+dfsg1-0.3 libldap-2.5-0=2.5.13+dfsg-5 \
    libminizip1=1.1-8+deb12u1 libpcre3=2:8.39-15 libsasl2-2 libssl3 >apt.txt 2>&1) || { cat "$folder/apt.txt"; exit 2; }
  for package in "$folder"/*.deb; do dpkg -x "$package" "$folder/debian"; done
  server="$folder/debian/usr/bin/virtuoso-t"
  libraries="$folder/debian/usr/lib/x86_64-linux-gnu:$folder/debian/lib/x86_64-linux-gnu"
fi
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyoxigraph==0.5.13
mkdir "$folder/store"
"$folder/env/bin/python" - "$server" "$libraries" "$folder/store" <<'EOF'
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pyoxigraph as ox

EX = "https://example.org/"
GRAPH = EX + "all"
INI = """[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{}
DisableUnixSocket = 1
NumberOfBuffers = 10000
ThreadsPerQuery = 1
[HTTPServer]
ServerPort = 127.0.0.1:{}
ServerThreads = 5
[SPARQL]
MaxQueryExecutionTime = 20
"""
program, libraries, folder = sys.argv[1:]


@contextlib.contextmanager
def virtuoso(name):
    """A server that is empty, or contains what it had when it was last stopped; yields a function that sends requests."""
    os.makedirs(os.path.join(folder, name), exist_ok=True)
    ports = []
    while len(ports) < 2:  # below those that the system assigns to clients: Virtuoso opens them only after seconds
        port = random.randrange(20_000, 32_000)
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            ports += [] if port in ports else [port]
    with open(os.path.join(folder, name, "v.ini"), "w") as file:
        file.write(INI.format(*ports))
    url = f"http://127.0.0.1:{ports[1]}/"
    users = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    users.add_password(None, url, "dba", "dba")
    opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(users))

    def send(path, body=None, method="GET", **headers):
        return opener.open(urllib.request.Request(url + path, body, headers, method=method), timeout=20).read()

    environment = {**os.environ, **({"LD_LIBRARY_PATH": libraries} if libraries else {})}
    command = [program, "+foreground", "+configfile", "v.ini"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=os.path.join(folder, name), env=environment, **quiet)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                send("sparql?query=ASK%7B%7D")
                break
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            process.kill()
        if process.poll() is not None:
            print("Virtuoso did not start")
            sys.exit(2)
        yield send
        process.terminate()  # it saves its data
        process.wait(20)
    finally:
        process.kill()
        process.wait()


def put(send, graph, triples):
    """Replaces a graph with the Graph Store protocol."""
    path = "sparql-graph-crud-auth?" + urllib.parse.urlencode({"graph": graph})
    send(path, triples.encode(), "PUT", **{"Content-Type": "application/n-triples"})


def rows(send, query):
    body = urllib.parse.urlencode({"query": query}).encode()
    found = json.loads(send("sparql", body, "POST", Accept="application/sparql-results+json"))
    names = found["head"]["vars"]
    return {tuple(row[name]["value"].removeprefix(EX) for name in names) for row in found["results"]["bindings"]}


def right_rows(triples, query):
    store = ox.Store()
    store.load(triples.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(GRAPH))
    return {tuple(term.value.removeprefix(EX) for term in row) for row in store.query(query)}


def line(subject, predicate, value):
    iri = predicate if predicate.startswith("http") else EX + predicate
    return f"<{EX}{subject}> <{iri}> {value if value.startswith(chr(34)) else f'<{EX}{value}>'} .\n"


for number in (signal.SIGALRM, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit(2))
signal.alarm(75)
PREFIXES = f"PREFIX : <{EX}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
BROADER = "http://www.w3.org/2004/02/skos/core#broader"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

DATA = "".join(line(f"topic{i}", BROADER, f"topic{i // 3}") for i in range(1, 12))
DATA += "".join(line(f"finding{i}", "about", f"topic{i % 12}") for i in range(30))
DATA += "".join(line(f"finding{i}", TYPE, "FirstHand") for i in range(9, 30, 10))
QUERIES = [f"{PREFIXES}SELECT ?finding FROM <{GRAPH}> WHERE {{ ?topic skos:broader* :topic1 . ?finding :about ?topic }}"]
QUERIES.append(QUERIES[0].replace("about ?topic", "about ?topic ; a :FirstHand"))


def update(send, graph, triples):
    """Adds triples with SPARQL update."""
    body = urllib.parse.urlencode({"query": f"INSERT DATA {{ GRAPH <{graph}> {{ {triples} }} }}"}).encode()
    send("sparql-auth", body, "POST")


print(f"{DATA.count(chr(10))} triples")
print("loaded with | right | asked when empty | asked when loaded | asked again | with one more space | after a restart")
right = [right_rows(DATA, query) for query in QUERIES]
for load in (put, update):
    with virtuoso(load.__name__) as send:
        empty = [rows(send, query) for query in QUERIES]
        load(send, GRAPH, DATA)
        loaded, again = ([rows(send, query) for query in QUERIES] for _ in range(2))
        spaced = [rows(send, query.replace(" WHERE", "  WHERE")) for query in QUERIES]
    with virtuoso(load.__name__) as send:
        restarted = [rows(send, query) for query in QUERIES]
    for found in zip(right, empty, loaded, again, spaced, restarted):
        print(load.__name__, *map(len, found), sep=" | ")
    for answers in (loaded, again, spaced):
        assert all(found < wanted and len(found) <= 1 for found, wanted in zip(answers, right))
EOF
