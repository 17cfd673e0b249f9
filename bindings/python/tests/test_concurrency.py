"""Threads, and processes that go on with the stores of their parent."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import coffer
import pytest
from places import BUCKET, options, servers

FORK = multiprocessing.get_context("fork")
PATIENCE = 60


def test_threads(store: coffer.Store) -> None:
    def work(number: int) -> None:
        for turn in range(8):
            key = f"{number}/{turn}"
            data = key.encode() * (number + 1)
            store.put(key, data)
            assert store.get(key) == data
            with store.open(key) as file:
                assert file.read() == data
            store.put("shared", data)
            assert len(store.get("shared")) > 0
        assert [entry.name for entry in store.list(f"{number}/")] == sorted(f"{number}/{turn}" for turn in range(8))

    with ThreadPoolExecutor(16) as pool:
        for result in [pool.submit(work, number) for number in range(16)]:
            result.result(PATIENCE)


def test_only_one_creates(store: coffer.Store) -> None:
    if not store.capabilities.can_create_only:
        pytest.skip("the server cannot")
    barrier = threading.Barrier(16)

    def create(number: int) -> int:
        barrier.wait()
        try:
            store.put("key", str(number).encode(), create_only=True)
            return 1
        except (coffer.AlreadyExistsError, coffer.ConflictError):
            return 0

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(create, range(16))) == 1


def test_threads_share_a_file(store: coffer.Store) -> None:
    store.put("key", b"x" * 1_000_000)
    with store.open("key", buffering=4096) as file:
        def work(_: int) -> int:
            total = 0
            while part := file.read(10_000):
                total += len(part)
            return total

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(work, range(4))) == 1_000_000


def test_calls_let_other_threads_run() -> None:
    # A server that takes connections and never answers.
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server, coffer.open(
        "s3://bucket", environment={}, endpoint=f"http://127.0.0.1:{server.getsockname()[1]}", access_key_id="a",
        secret_access_key="b", response_timeout="1s", retry_attempts=1,
    ) as store:
        calls: list[Callable[[], object]] = [
            lambda: store.get("key"), lambda: list(store.list()), lambda: store.open("key"), lambda: store.copy("a", "b"),
            lambda: store.delete_many(["key"])]
        for call in calls:
            ticks = 0
            with ThreadPoolExecutor(1) as pool:
                began = time.monotonic()
                result = pool.submit(call)
                while not result.done():
                    ticks += 1
                    time.sleep(0.01)
                took = time.monotonic() - began
                error = result.exception(0)
                outcomes = None if error else result.result(0)
            assert isinstance(error, coffer.TimeoutError) or isinstance(outcomes[0].error, coffer.TimeoutError)  # type: ignore[index]
            # A call that kept the interpreter's lock would have let this thread tick once or twice.
            assert took > 0.5 and ticks > took * 10


def in_child(function: Callable[..., object], *arguments: Any) -> None:
    """Runs a function in a child made by fork; a hang fails."""
    child = FORK.Process(target=function, args=arguments)
    child.start()
    child.join(PATIENCE)
    if child.is_alive():
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        pytest.fail("the child hangs")
    assert child.exitcode == 0


def everything(store: coffer.Store, name: str) -> None:
    """Uses a store in every way."""
    data = name.encode() * 1000
    store.put(f"{name}/put", data)
    assert store.get(f"{name}/put") == data and store.stat(f"{name}/put").size == len(data)
    with store.open(f"{name}/file", "wb") as writer:
        for _ in range(20):
            writer.write(data * 10)
    with store.open(f"{name}/file") as reader:
        assert reader.read() == data * 200
    with ThreadPoolExecutor(4) as pool:
        assert all(part == data for part in pool.map(store.get, [f"{name}/put"] * 8))
    store.copy(f"{name}/put", f"{name}/copy")
    assert [entry.name for entry in store.list(f"{name}/")] == [f"{name}/copy", f"{name}/file", f"{name}/put"]
    assert all(outcome.ok for outcome in store.delete_many([f"{name}/put", f"{name}/copy"]))


def test_fork(store: coffer.Store) -> None:
    everything(store, "parent")
    in_child(everything, store, "child")
    everything(store, "parent again")
    if store.driver != "memory":
        assert store.exists("child/file")


def test_fork_in_parallel(store: coffer.Store) -> None:
    everything(store, "parent")
    children = [FORK.Process(target=everything, args=(store, f"child {number}")) for number in range(4)]
    for child in children:
        child.start()
    everything(store, "meanwhile")
    for child in children:
        child.join(PATIENCE)
        if child.is_alive():
            child.kill()
            pytest.fail("a child hangs")
        assert child.exitcode == 0


def test_fork_of_a_fork(store: coffer.Store) -> None:
    store.put("key", b"x")

    def child() -> None:
        everything(store, "child")
        in_child(everything, store, "grandchild")

    in_child(child)


def test_fork_while_threads_work(store: coffer.Store) -> None:
    stop = threading.Event()

    def work(number: int) -> None:
        while not stop.is_set():
            store.put(f"busy/{number}", b"x" * 1000)
            store.get(f"busy/{number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        for turn in range(5):
            in_child(everything, store, f"child {turn}")
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.skipif(not servers(), reason="no S3 servers")
def test_fork_while_credentials_are_refreshed(tmp_path: Path) -> None:
    server = next(iter(servers().values()))
    go = tmp_path / "go"
    # The first credentials are good for eight seconds, of which the last two make the store ask for others; those who ask
    # again wait for leave.
    source = tmp_path / "source.py"
    source.write_text(f"""import datetime, json, os, pathlib, time
runs = len(list(pathlib.Path({str(tmp_path)!r}).glob("run-*")))
pathlib.Path({str(tmp_path)!r}, f"run-{{os.getpid()}}").touch()
while runs and not os.path.exists({str(go)!r}):
    time.sleep(0.01)
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3600 if runs else 8)
print(json.dumps({{"Version": 1, "AccessKeyId": {server["access_key"]!r}, "SecretAccessKey": {server["secret_key"]!r},
                  "SessionToken": None, "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")}}))
""")
    (tmp_path / "config").write_text(f"[default]\ncredential_process = {sys.executable} {source}\n")
    environment = {"AWS_CONFIG_FILE": str(tmp_path / "config"), "PATH": os.environ["PATH"]}
    settings = {name: value for name, value in options(server).items() if name not in ("access_key_id", "secret_access_key")}

    def runs(wanted: int) -> bool:
        return len(list(tmp_path.glob("run-*"))) >= wanted

    def wait(ready: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not ready():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.01)

    with coffer.Store(f"s3://{BUCKET}", environment=environment, prefix=f"{uuid.uuid4().hex}/", **settings) as store:
        store.put("key", b"x")
        wait(lambda: store.get("key") == b"x" and runs(2))
        # The parent's refresh is under way, and the child knows nothing of its end.
        child = FORK.Process(target=everything, args=(store, "child"))
        child.start()
        wait(lambda: runs(3))
        go.touch()
        child.join(PATIENCE)
        if child.is_alive():
            child.kill()
            pytest.fail("the child hangs")
        assert child.exitcode == 0
        everything(store, "parent")
        assert not runs(4)
        assert all(outcome.ok for outcome in store.delete_many([entry.name for entry in store.list()]))


def test_open_files_and_fork(store: coffer.Store) -> None:
    data = bytes(range(256)) * 4000
    store.put("read", data)
    reader = store.open("read", buffering=0)
    assert reader.read(1000) == data[:1000]
    writer = store.open("write", "wb")
    writer.write(b"parent")

    def child() -> None:
        # The file goes on, with a request of its own; the writer is the parent's, and goes without harming it.
        assert reader.readall() == data[1000:]
        with pytest.raises(coffer.ClosedError):
            writer.write(b"child")
        with pytest.raises(coffer.ClosedError):
            writer.close()
        reader.close()

    in_child(child)
    writer.write(b" again")
    writer.close()
    assert reader.readall() == data[1000:]
    reader.close()
    assert store.get("write") == b"parent again"


def get_in_child(store: coffer.Store, key: str) -> bytes:
    return store.get(key)


def fail_in_child(store: coffer.Store) -> None:
    store.get("missing")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_pool_of_processes(make_store: Callable[..., coffer.Store], method: str) -> None:
    store = make_store()
    if store.driver == "memory":
        pytest.skip("a pickled memory store is another memory")
    store.put("key", b"pool")
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        results = [pool.submit(get_in_child, store, "key") for _ in range(8)]
        assert [result.result(PATIENCE) for result in results] == [b"pool"] * 8
        # Exceptions come back through a pickle.
        with pytest.raises(coffer.NotFoundError) as caught:
            pool.submit(fail_in_child, store).result(PATIENCE)
        assert caught.value.key == "missing"


def test_pickle_in_every_protocol(store: coffer.Store) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        pickle.loads(pickle.dumps(store, protocol)).close()
