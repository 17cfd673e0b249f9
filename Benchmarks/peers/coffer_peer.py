#!/usr/bin/env python3
# Coffer's Python package. Unsigned payloads as opendal sends them, unless BENCH_SIGNED is set; no retries.
from pathlib import Path
from _common import *
import coffer


def mk(a, bucket=None):
    options = dict(
        endpoint=a.endpoint, region="us-east-1", access_key_id="bench", secret_access_key="benchsecret", addressing="path",
        payload_signing="auto" if os.environ.get("BENCH_SIGNED") else "never", retry_attempts=1)
    if a.ssl:
        options["ca_file"] = a.ca
    return coffer.Store(f"s3://{bucket or a.bucket}", environment={}, **options)


def down_stream(a):
    s = mk(a); memory = memoryview(bytearray(1 << 20))
    def op(v):
        n = 0; h = hashlib.sha256()
        with s.open(a.key, buffering=0) as f:
            while c := f.readinto(memory):
                n += c
                if v: h.update(memory[:c])
        return dict(bytes=n, sum=h.hexdigest() if v else None)
    return op


def down_mem(a):
    s = mk(a)
    def op(v):
        b = s.get_buffer(a.key)
        return dict(bytes=len(b), sum=sha(b) if v else None)
    return op


def down_file(a):
    s = mk(a); memory = memoryview(bytearray(1 << 20))
    def op(v):
        with s.open(a.key, buffering=0) as f, open(a.dst, "wb", buffering=0) as g:
            while c := f.readinto(memory): g.write(memory[:c])
        return dict(bytes=os.path.getsize(a.dst), sum=fsum(a.dst) if v else None)
    return op


def up_mem(a):
    s = mk(a); data = read_src(a)
    return lambda v: dict(bytes=s.put(a.key, data, part_size=a.part, concurrency=a.conc).size)


def up_file(a):
    s = mk(a); path = Path(a.src)
    return lambda v: dict(bytes=s.put(a.key, path, part_size=a.part, concurrency=a.conc).size)


def put_small(a):
    return small_put(a, mk(a).put)


def get_small(a):
    return small_get(a, mk(a).get)


def list_(a):
    s = mk(a, bucket="list100k")
    return repeat_ops(lambda v: sum(1 for e in s.list("data/") if e.name.endswith(".bin")))


def delete(a):
    s = mk(a); keys = [skey(a, i) for i in range(a.n)]
    def f(v):
        assert all(o.error is None for o in s.delete_many(keys)); return a.n
    return repeat_ops(f)


def presign(a):
    s = mk(a); keys = [skey(a, i) for i in range(a.n)]
    def f(v):
        for k in keys: u = s.presign(k, expires_in=3600)
        assert "X-Amz-Signature=" in u.url; return a.n
    return repeat_ops(f)


def fs(a, root=None):
    return coffer.Store.from_driver("fs", environment={}, root=root or a.dir, durability="relaxed")


def fs_put(a):
    s = fs(a); return small_put(a, lambda k, d: s.put(k[len(a.prefix):], d))


def fs_get(a):
    s = fs(a); return small_get(a, lambda k: s.get(k[len(a.prefix):]))


def fs_stat(a):
    s = fs(a); return lambda v: dict(ops=a.n, lat=run_seq(a.n, lambda i: s.stat("%08d" % i).size))


def fs_list(a):
    s = fs(a); return repeat_ops(lambda v: sum(1 for e in s.list()))


def fs_write1g(a):
    s = fs(a); data = read_src(a)
    return lambda v: dict(bytes=s.put("1g", data).size, sum=fsum(os.path.join(a.dir, "1g")) if v else None)


def fs_read1g(a):
    s = fs(a, os.path.dirname(a.src))
    def op(v):
        b = s.get_buffer(os.path.basename(a.src)); return dict(bytes=len(b), sum=sha(b) if v else None)
    return op


def mem(a, which):
    s = coffer.Store("memory://", environment={}); d = payload(7, a.size)
    keys = [skey(a, i) for i in range(a.n)]
    if which == "get":
        for k in keys: s.put(k, d)
    def f(v):
        if which == "put":
            for k in keys: s.put(k, d)
        else:
            for k in keys: b = s.get(k)
            assert len(b) == a.size
        return a.n
    return repeat_ops(f)


main("coffer-py", coffer.__version__, dict(
    down_stream=down_stream, down_mem=down_mem, down_file=down_file, up_mem=up_mem, up_file=up_file, put_small=put_small, get_small=get_small,
    list=list_, delete=delete, presign=presign, fs_put=fs_put, fs_get=fs_get, fs_stat=fs_stat, fs_list=fs_list, fs_write1g=fs_write1g,
    fs_read1g=fs_read1g, mem_put=lambda a: mem(a, "put"), mem_get=lambda a: mem(a, "get")))
