"""Signs random requests with botocore and prints them, one JSON object a line, for Coffer to compare.

usage: botocore_oracle.py [--seed N] [--count N]

The seed is printed first, so that a failure can be repeated. Nothing is sent anywhere.
"""
import argparse
import datetime
import json
import random
import sys
import types

try:
    import botocore
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
except ImportError as error:
    sys.exit(f"botocore is missing ({error}); install it: {sys.executable} -m pip install botocore")

ASCII = [chr(c) for c in range(0x20, 0x7F)]
CONTROL = [chr(c) for c in list(range(1, 0x20)) + [0x7F]]
# Every byte that can begin or continue a character in UTF-8 comes from one of these.
WIDE = [chr(c) for c in list(range(0x80, 0x800, 7)) + list(range(0x800, 0xD800, 97)) + list(range(0xE000, 0x110000, 4099))]
UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def encode(text, keep=""):
    """Percent-encoding, written here again so that the oracle does not lean on the code under test."""
    kept = UNRESERVED + keep
    return "".join(chr(b) if chr(b) in kept else f"%{b:02X}" for b in text.encode())


class Requests:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self, low, high):
        pool = self.random.choice((ASCII, ASCII + CONTROL, ASCII * 8 + WIDE, list("ab/+ %.~&=?#")))
        return "".join(self.random.choice(pool) for _ in range(self.random.randint(low, high)))

    def value(self):
        """A header's value: printable, with spaces and tabs at the ends and in runs."""
        words = ["".join(self.random.choice(ASCII[1:]) for _ in range(self.random.randint(1, 8)))
                 for _ in range(self.random.randint(0, 4))]
        gaps = ("", " ", "  ", "   ", "\t", " \t ")
        return "".join(w + self.random.choice(gaps) for w in [""] + words)

    def origin(self):
        host = self.random.choice(("examplebucket.s3.amazonaws.com", "127.0.0.1", "localhost", "[::1]", "s3.eu.example"))
        return self.random.choice(("http", "https")), host, self.random.choice((None, 80, 443, 9000, 65535))

    def query(self):
        items = []
        for _ in range(self.random.choice((0, 0, 1, 2, 3, 5, 12, 40))):
            kind = self.random.random()
            if items and kind < 0.25:
                items.append((self.random.choice(items)[0], self.text(0, 6)))
            elif kind < 0.4:
                items.append((self.random.choice(("acl", "uploads", "versionId", "list-type", "X-Amz-Zz")), ""))
            else:
                items.append((self.text(1, 8), self.text(0, 8)))
        return items

    def headers(self):
        items = []
        for _ in range(self.random.randint(0, 6)):
            meta = "x-amz-meta-" + "".join(self.random.choice("aBcD-_9") for _ in range(self.random.randint(1, 5)))
            names = (meta, meta, "Content-Type", "Range", "X-Amz-Storage-Class", "x-amz-acl", "Content-MD5", "If-Match")
            # What every version of botocore leaves out.
            unsigned = ("User-Agent", "Expect", "Transfer-Encoding", "X-Amzn-Trace-Id")
            items.append((self.random.choice(unsigned if self.random.random() < 0.1 else names), self.value()))
        return items

    def next(self, index):
        pick = self.random
        by_query = index % 2 == 1
        scheme, host, port = self.origin()
        query = self.query()
        body = b"" if by_query else pick.randbytes(pick.randint(0, 200))
        if by_query:
            # botocore keeps only the first of several parameters of one name when it presigns.
            query = list({name: (name, value) for name, value in reversed(query)}.values())
        case = dict(
            index=index, byQuery=by_query, method=pick.choice(("GET", "PUT", "HEAD", "DELETE", "POST")),
            scheme=scheme, host=host, port=port, path="/" + encode(self.text(0, 40), "/"), query=query,
            headers=self.headers(), body=body.hex(), time=pick.randint(946684800, 4102444799),
            access="AKIA" + "".join(pick.choice("ABCDEFGHIJ234567") for _ in range(pick.randint(4, 16))),
            secret="".join(pick.choice(ASCII[1:]) for _ in range(pick.randint(1, 90))),
            token="".join(pick.choice(ASCII[1:]) for _ in range(pick.randint(1, 400))) if pick.random() < 0.5 else None,
            region=pick.choice(("us-east-1", "eu-central-1", "default", "garage", "us-gov-west-1")),
            signsBody=pick.random() < 0.5, expires=pick.choice((1, 60, 3600, 604800, pick.randint(1, 604800))))
        case.update(sign(case))
        return case


def sign(case):
    """Lets botocore sign: the URL of a presigned request, or the headers that it adds; and its canonical request."""
    time = datetime.datetime.fromtimestamp(case["time"], datetime.timezone.utc).replace(tzinfo=None)
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: time
    credentials = Credentials(case["access"], case["secret"], case["token"])
    port = "" if case["port"] is None else f':{case["port"]}'
    query = "&".join(f"{encode(name)}={encode(value)}" for name, value in case["query"])
    url = f'{case["scheme"]}://{case["host"]}{port}{case["path"]}' + (f"?{query}" if query else "")
    request = AWSRequest(method=case["method"], url=url, data=bytes.fromhex(case["body"]))
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    request.context["client_config"] = types.SimpleNamespace(s3={"payload_signing_enabled": case["signsBody"]})
    if case["byQuery"]:
        signer = botocore.auth.S3SigV4QueryAuth(credentials, "s3", case["region"], expires=case["expires"])
    else:
        signer = botocore.auth.S3SigV4Auth(credentials, "s3", case["region"])
    result = {}
    string_to_sign = signer.string_to_sign

    def remember(request, canonical):
        result["canonical"] = canonical
        return string_to_sign(request, canonical)

    signer.string_to_sign = remember
    signer.add_auth(request)
    if case["byQuery"]:
        result["url"] = request.url
    else:
        names = ("Authorization", "X-Amz-Date", "X-Amz-Content-SHA256", "X-Amz-Security-Token")
        result["added"] = {name.lower(): request.headers[name] for name in names if name in request.headers}
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--count", type=int, default=2400)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 48)
    requests = Requests(seed)
    print(json.dumps(dict(seed=seed, botocore=botocore.__version__)))
    for index in range(options.count):
        print(json.dumps(requests.next(index)))


if __name__ == "__main__":
    main()
