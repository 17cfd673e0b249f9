"""Stands in for the services that credentials come from: instance metadata, container, STS, SSO, SSO-OIDC.

It checks what the real ones check, and refuses as they do: token headers and their lifetimes, bearer tokens, client
registrations, the signature of AssumeRole, that web identity is not signed. Keys are made of what was asked, so that
two clients that get the same keys have asked for the same.

usage: identity_stand_in.py
Prints its port and its process, and serves until that is ended or its caller has gone. GET /log gives the requests so far; GET /reset forgets them.
"""
import hashlib
import hmac
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit

LIFETIME = 3600
SECRETS = {"AKIDBASE": "base/secret+key", "AKIDENV": "env/secret+key", "AKIDOTHER": "other/secret+key"}
TOKENS = {}
STATE = {"metadata": {}, "log": [], "renewals": 0}
LOCK = threading.Lock()


def issue(*what):
    """Keys that follow from what was asked; remembered, so that requests may be signed with them."""
    digest = hashlib.sha256("\0".join(map(str, what)).encode()).hexdigest()
    key = "ASIA" + digest[:16].upper()
    with LOCK:
        SECRETS[key], TOKENS[key] = "secret/" + digest[16:48], "token//" + digest[48:] + "=="
    return key, SECRETS[key], TOKENS[key]


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def hmac256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Refusal(Exception):
    def __init__(self, status, body=b"", kind="text/plain"):
        self.status, self.body, self.kind = status, body if isinstance(body, bytes) else body.encode(), kind


def sts_error(status, code, message):
    return Refusal(
        status,
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>req-1</RequestId></ErrorResponse>",
        "text/xml",
    )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.serve()

    do_PUT = do_POST = do_GET

    def serve(self):
        self.parts = urlsplit(self.path)
        self.query = dict(parse_qsl(self.parts.query))
        self.body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            answer, kind = self.route()
            status = 200
        except Refusal as refusal:
            answer, kind, status = refusal.body, refusal.kind, refusal.status
        if self.parts.path not in ("/log", "/reset"):
            with LOCK:
                STATE["log"].append(f"{self.command} {self.parts.path} {status}")
        if isinstance(answer, str):
            answer = answer.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def route(self):
        path = self.parts.path
        if path == "/log":
            return json.dumps(STATE["log"]), "application/json"
        if path == "/reset":
            with LOCK:
                STATE["log"] = []
            return "", "text/plain"
        service, _, rest = path[1:].partition("/")
        if service.startswith("imds"):
            return self.metadata(service, "/" + rest)
        if service in ("container", "sts", "sso", "oidc"):
            return getattr(self, service)("/" + rest)
        raise Refusal(404, "no such service")

    # EC2 user guide, "Use the Instance Metadata Service to access instance metadata".
    def metadata(self, flavour, path):
        if flavour == "imds-off":
            raise Refusal(403, "metadata is off")
        if path == "/latest/api/token":
            if self.command != "PUT":
                raise Refusal(405)
            if flavour == "imds-v1":
                raise Refusal(404)
            if "x-forwarded-for" in self.headers:
                raise Refusal(403)
            lifetime = self.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
            if not lifetime.isdigit() or not 1 <= int(lifetime) <= 21600:
                raise Refusal(400)
            token = hashlib.sha256(f"{time.time_ns()}".encode()).hexdigest()
            with LOCK:
                STATE["metadata"][token] = time.time() + int(lifetime)
            return token, "text/plain"
        if self.command != "GET":
            raise Refusal(405)
        token = self.headers.get("x-aws-ec2-metadata-token")
        if token is None and flavour != "imds-v1":
            raise Refusal(401)
        if token is not None and STATE["metadata"].get(token, 0) < time.time():
            raise Refusal(401)
        if path == "/latest/meta-data/placement/region":
            return "ap-southeast-2", "text/plain"
        roles = "/latest/meta-data/iam/security-credentials/"
        if flavour == "imds-norole":
            raise Refusal(404)
        if path == roles:
            return "web-role", "text/plain"
        if path == roles + "web-role":
            key, secret, token = issue("imds", flavour)
            lifetime = -60 if flavour == "imds-stale" else LIFETIME
            return (
                json.dumps(
                    {
                        "Code": "Success",
                        "LastUpdated": stamp(0),
                        "Type": "AWS-HMAC",
                        "AccessKeyId": key,
                        "SecretAccessKey": secret,
                        "Token": token,
                        "Expiration": stamp(lifetime),
                    }
                ),
                "application/json",
            )
        raise Refusal(404)

    def container(self, path):
        if self.command != "GET":
            raise Refusal(405)
        if path.startswith("/auth") and self.headers.get("authorization") != "Bearer container-token":
            raise Refusal(401, json.dumps({"code": "Unauthorized", "message": "bad authorization"}))
        if path.startswith("/broken"):
            raise Refusal(400, json.dumps({"code": "InvalidRequest", "message": "no such task"}))
        key, secret, token = issue("container", path, self.query.get("id", ""))
        return (
            json.dumps(
                {"AccessKeyId": key, "SecretAccessKey": secret, "Token": token, "Expiration": stamp(LIFETIME)}
            ),
            "application/json",
        )

    # AWS Security Token Service API reference.
    def sts(self, path):
        if self.command != "POST" or path != "/":
            raise sts_error(404, "UnknownOperationException", "no such operation")
        if "x-www-form-urlencoded" not in self.headers.get("content-type", ""):
            raise sts_error(400, "MalformedInput", "not a form")
        form = dict(parse_qsl(self.body.decode(), strict_parsing=True))
        if form.get("Version") != "2011-06-15":
            raise sts_error(400, "InvalidAction", "no such version")
        seconds = int(form.get("DurationSeconds", LIFETIME))
        if not 900 <= seconds <= 43200:
            raise sts_error(400, "ValidationError", "DurationSeconds")
        session = form.get("RoleSessionName", "")
        if not 2 <= len(session) <= 64 or not all(c.isalnum() or c in "+=,.@_-" for c in session):
            raise sts_error(400, "ValidationError", "RoleSessionName")
        if not form.get("RoleArn", "").startswith("arn:"):
            raise sts_error(400, "ValidationError", "RoleArn")
        name = "" if session.startswith(("botocore-session-", "coffer-")) else session
        if form["Action"] == "AssumeRole":
            caller = self.verify_signature()
            if "forbidden" in form["RoleArn"]:
                raise sts_error(403, "AccessDenied", f"User {caller} may not sts:AssumeRole on {form['RoleArn']}")
            what = ("role", form["RoleArn"], caller, form.get("ExternalId", ""), name, seconds)
        elif form["Action"] == "AssumeRoleWithWebIdentity":
            if "authorization" in self.headers:
                raise sts_error(400, "InvalidRequest", "web identity is not signed")
            if form.get("WebIdentityToken") != "jwt-good":
                raise sts_error(
                    400, "InvalidIdentityToken", f"cannot use the token {form.get('WebIdentityToken')}"
                )
            what = ("web", form["RoleArn"], name, seconds)
        else:
            raise sts_error(400, "InvalidAction", "no such action")
        key, secret, token = issue(*what)
        root = form["Action"]
        return (
            f'<{root}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{root}Result><AssumedRoleUser>'
            f"<Arn>{form['RoleArn']}</Arn></AssumedRoleUser><Credentials><AccessKeyId>{key}</AccessKeyId>"
            f"<SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>"
            f"<Expiration>{stamp(seconds)}</Expiration></Credentials></{root}Result>"
            f"<ResponseMetadata><RequestId>req-2</RequestId></ResponseMetadata></{root}Response>",
            "text/xml",
        )

    def verify_signature(self):
        """IAM user guide, "AWS Signature Version 4 for API requests": by the book, not by anybody's library."""
        header = self.headers.get("authorization", "")
        if not header.startswith("AWS4-HMAC-SHA256 "):
            raise sts_error(403, "MissingAuthenticationToken", "not signed")
        fields = dict(field.strip().split("=", 1) for field in header.split(" ", 1)[1].split(","))
        key, day, region, service, end = fields["Credential"].split("/")
        date = self.headers.get("x-amz-date", "")
        if service != "sts" or end != "aws4_request" or not date.startswith(day):
            raise sts_error(403, "SignatureDoesNotMatch", "wrong scope")
        if abs(time.time() - time.mktime(time.strptime(date, "%Y%m%dT%H%M%SZ")) + time.timezone) > 900:
            raise sts_error(403, "SignatureDoesNotMatch", "wrong time")
        if key not in SECRETS:
            raise sts_error(403, "InvalidClientTokenId", "the security token included in the request is invalid")
        if self.headers.get("x-amz-security-token") != TOKENS.get(key):
            raise sts_error(403, "InvalidClientTokenId", "the session token is wrong")
        names = fields["SignedHeaders"].split(";")
        if "host" not in names or (key in TOKENS and "x-amz-security-token" not in names):
            raise sts_error(403, "SignatureDoesNotMatch", "too few headers are signed")
        canonical = "\n".join(
            [
                self.command,
                quote(unquote(self.parts.path)),
                "",
                *(f"{name}:{' '.join(self.headers.get(name, '').split())}" for name in names),
                "",
                fields["SignedHeaders"],
                hashlib.sha256(self.body).hexdigest(),
            ]
        )
        scope = "/".join([day, region, service, end])
        text = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        signing = ("AWS4" + SECRETS[key]).encode()
        for part in (day, region, service, end):
            signing = hmac256(signing, part)
        if hmac256(signing, text).hex() != fields["Signature"]:
            raise sts_error(403, "SignatureDoesNotMatch", "the signature does not match")
        return key

    # IAM Identity Center portal API reference, GetRoleCredentials.
    def sso(self, path):
        if self.command != "GET" or path != "/federation/credentials":
            raise Refusal(404)
        if "authorization" in self.headers:
            raise Refusal(400, json.dumps({"message": "signed"}))
        token = self.headers.get("x-amz-sso_bearer_token", "")
        if token != "sso-good" and not token.startswith("sso-renewed"):
            raise Refusal(401, json.dumps({"message": f"Session token {token} not found or invalid"}))
        account, role = self.query.get("account_id"), self.query.get("role_name")
        if not account or not account.isdigit() or len(account) != 12 or not role:
            raise Refusal(400, json.dumps({"message": "bad account or role"}))
        key, secret, session = issue("sso", account, role, token.split("#")[0])
        return (
            json.dumps(
                {
                    "roleCredentials": {
                        "accessKeyId": key,
                        "secretAccessKey": secret,
                        "sessionToken": session,
                        "expiration": int((time.time() + LIFETIME) * 1000),
                    }
                }
            ),
            "application/json",
        )

    # IAM Identity Center OIDC API reference, CreateToken.
    def oidc(self, path):
        if self.command != "POST" or path != "/token":
            raise Refusal(404)
        form = json.loads(self.body)
        if (form.get("clientId"), form.get("clientSecret")) != ("client-1", "client-secret"):
            raise Refusal(401, json.dumps({"error": "invalid_client"}))
        if form.get("grantType") != "refresh_token" or not form.get("refreshToken", "").startswith("refresh-good"):
            raise Refusal(400, json.dumps({"error": "invalid_grant"}))
        with LOCK:
            STATE["renewals"] += 1
            number = STATE["renewals"]
        return (
            json.dumps(
                {
                    "accessToken": f"sso-renewed#{number}",
                    "expiresIn": LIFETIME,
                    "refreshToken": f"refresh-good#{number}",
                    "tokenType": "Bearer",
                }
            ),
            "application/json",
        )


def serve(watched):
    """Serves in a process of its own until it is ended, or the watched process has."""
    for descriptor in range(3):
        os.dup2(NOWHERE, descriptor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while os.path.exists(f"/proc/{watched}"):
        time.sleep(0.5)
    os._exit(0)


NOWHERE = os.open(os.devnull, os.O_RDWR)
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
caller = os.getppid()
child = os.fork()
if child == 0:
    os.setsid()
    serve(caller)
print(server.server_address[1], child, flush=True)
