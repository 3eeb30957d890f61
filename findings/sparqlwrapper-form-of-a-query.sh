#!/bin/sh
# SPARQLWrapper: a word in a comment decides how a query is sent
#
# Package: SPARQLWrapper 2.0.0, against a server on this machine that records the request.
# Input:   a SELECT query after `PREFIX e: <http://example.org/> # construct pairs`, and after `… # insert the year`.
# Seen:    the first is taken for a CONSTRUCT query and accepts `*/*` instead of JSON, although JSON was set; the
#          second is taken for an update and posted as `update=`. Without the comment, both ask for JSON by GET.
# Rule:    SPARQL 1.1 Query, 19.4: a comment begins with # outside of an IRI or string and goes to the end of the
#          line, wherever that is; the form of a query is
#          its keyword after the prologue (rule [2]). SPARQL 1.1 Protocol, 2.1: `query=` carries a query.
# Effect:  a query that works in the editor fails in a script, or is answered in another format, because of a comment.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check sparqlwrapper==2.0.0
"$folder/env/bin/python" - <<'EOF'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from SPARQLWrapper import JSON, SPARQLWrapper

asked = []


class Recorder(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(f"GET, Accept: {self.headers['Accept']}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(f"POST, {body.partition('=')[0]}=")

    def answer(self, seen):
        asked.append(seen)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Recorder)
threading.Thread(target=server.serve_forever, daemon=True).start()


def sent(comment):
    """The form that the library sees, and the request."""
    client = SPARQLWrapper(f"http://127.0.0.1:{server.server_port}/")
    client.setReturnFormat(JSON)
    client.setQuery(f"PREFIX e: <http://example.org/> {comment}\nSELECT ?s WHERE {{ ?s a e:Study }}")
    client.query()
    return client.queryType, asked[-1]


plain, construct, update = sent(""), sent("# construct pairs"), sent("# insert the year")
print(plain, construct, update, sep="\n")
assert plain[0] == "SELECT" and "sparql-results+json" in plain[1]
assert construct == ("CONSTRUCT", "GET, Accept: */*")
assert update[0] == "INSERT" and update[1].startswith("POST") and "update=" in update[1]
EOF
