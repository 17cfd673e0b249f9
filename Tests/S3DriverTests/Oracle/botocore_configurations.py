"""What botocore sends as the configurations of a bucket.

    botocore_configurations.py examples            an example of each operation with everything that botocore's model knows
    botocore_configurations.py serialize FILE      the documents of FILE: JSON, a list of {"operation", "params"}

One line of JSON for each document: {"operation", "xml", "headers"}.
"""

import datetime
import json
import sys

import botocore.serialize
import botocore.session

OPERATIONS = [
    "PutBucketVersioning", "PutBucketLifecycleConfiguration", "PutBucketEncryption", "PutBucketTagging",
    "PutPublicAccessBlock", "PutBucketOwnershipControls", "PutBucketCors", "PutBucketLogging", "PutBucketReplication",
    "PutBucketAccelerateConfiguration", "PutObjectLockConfiguration", "PutBucketNotificationConfiguration",
    "PutBucketWebsite", "PutBucketRequestPayment", "PutBucketAcl",
]

SERVICE = botocore.session.get_session().get_service_model("s3")
SERIALIZER = botocore.serialize.create_serializer("rest-xml")


class Example:
    """Makes values of shapes: every member, every text another one."""

    def __init__(self):
        self.count = 0

    def make(self, shape, name):
        self.count += 1
        kind = shape.type_name
        if kind == "structure":
            members = {n: s for n, s in shape.members.items() if "location" not in s.serialization}
            return {n: self.make(s, n) for n, s in members.items()}
        if kind == "list":
            return [item for number in range(2) for item in self.items(shape.member, name, number)]
        if kind == "boolean":
            return self.count % 2 == 0
        if kind in ("integer", "long"):
            return self.count
        if kind == "timestamp":
            return datetime.datetime(2031, 1 + self.count % 12, 3, tzinfo=datetime.timezone.utc)
        if getattr(shape, "enum", None):
            return shape.enum[self.count % len(shape.enum)]
        return f"{name} {self.count} <&'\"é>"

    def items(self, shape, name, number):
        """One item; of a structure with a filter one for each kind of filter, for of these only one can be."""
        item = self.make(shape, name)
        whole = item.get("Filter") if isinstance(item, dict) else None
        if not whole or "And" not in whole:
            return [item]
        return [{**item, "Filter": {kind: condition}} for kind, condition in whole.items()]


def document(operation, params):
    model = SERVICE.operation_model(operation)
    request = SERIALIZER.serialize_to_request({"Bucket": "b", **params}, model)
    body = request["body"]
    return {
        "operation": operation,
        "xml": body.decode() if isinstance(body, bytes) else body,
        "headers": dict(request["headers"]),
    }


def main():
    if sys.argv[1] == "examples":
        for operation in OPERATIONS:
            shape = SERVICE.operation_model(operation).input_shape
            payload = shape.serialization["payload"]
            params = {payload: Example().make(shape.members[payload], payload)}
            print(json.dumps(document(operation, params)))
    else:
        with open(sys.argv[2], encoding="utf-8") as file:
            for wanted in json.load(file):
                print(json.dumps(document(wanted["operation"], wanted["params"])))


if __name__ == "__main__":
    main()
