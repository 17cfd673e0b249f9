"""Opening stores: settings, environment, the drivers' descriptions, pickles, presigned requests."""

from __future__ import annotations

import pickle
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import coffer
import pytest
from places import options as server_options, servers


def test_open(tmp_path: Path) -> None:
    with coffer.open("memory://") as store:
        assert store.driver == "memory" and repr(store) == "<coffer.Store memory>" and isinstance(store, coffer.Store)
    with coffer.open(f"fs://{tmp_path}/a?durability=relaxed") as store:
        store.put("key", b"x")
    with coffer.Store.from_driver("fs", root=tmp_path / "a", create=False) as store:
        assert store.get("key") == b"x"


def test_wrong_settings() -> None:
    with pytest.raises(coffer.InvalidConfigurationError, match="colour"):
        coffer.open("memory://", colour="red")
    with pytest.raises(coffer.InvalidConfigurationError, match="memory"):
        coffer.open("memry://")
    with pytest.raises(coffer.InvalidConfigurationError):
        coffer.open("no url")
    with pytest.raises(coffer.InvalidConfigurationError, match="max_bytes"):
        coffer.open("memory://?max_bytes=1", max_bytes=2)
    with pytest.raises(coffer.InvalidConfigurationError, match="max_bytes"):
        coffer.open("memory://", max_bytes="many")
    with pytest.raises(TypeError, match="max_bytes"):
        coffer.open("memory://", max_bytes=[1])  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        coffer.open(b"memory://")  # type: ignore[arg-type]
    with pytest.raises(coffer.InvalidArgumentError, match="NUL"):
        coffer.open("memory://\0")


def test_values_of_settings(tmp_path: Path) -> None:
    with coffer.open("memory://", max_bytes=10, timeout=timedelta(seconds=2.5), prefix=None) as store:
        with pytest.raises(coffer.TooLargeError):
            store.put("key", b"x" * 11)
    with pytest.raises(coffer.BucketNotFoundError):
        with coffer.open(f"fs://{tmp_path}/missing", create=False) as store:
            store.get("key")


def test_prefix() -> None:
    with coffer.open("memory://", name="prefixed") as all_of_it, coffer.open("memory://", name="prefixed", prefix="a/") as part:
        part.put("key", b"x")
        assert all_of_it.get("a/key") == b"x" and [entry.name for entry in part.list()] == ["key"]


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(coffer.TooLargeError):
        coffer.open("memory://", environment={"COFFER_MEMORY_MAX_BYTES": "3"}).put("key", b"four")
    monkeypatch.setenv("COFFER_MEMORY_MAX_BYTES", "3")
    with pytest.raises(coffer.TooLargeError):
        coffer.open("memory://").put("key", b"four")
    coffer.open("memory://", environment={}).put("key", b"four")


def test_drivers() -> None:
    drivers = {driver.name: driver for driver in coffer.drivers()}
    assert {"memory", "fs", "s3"} <= drivers.keys()
    s3 = {setting.name: setting for setting in drivers["s3"].settings}
    assert drivers["s3"].host_setting == "bucket" and drivers["s3"].path_setting == "prefix"
    assert s3["bucket"].is_required and s3["secret_access_key"].is_secret and not s3["region"].is_secret
    assert "AWS_REGION" in s3["region"].environment and s3["create_bucket"].kind == "boolean"
    assert s3["part_concurrency"].minimum == 1 and s3["part_concurrency"].kind == "integer"
    assert "full" in {setting.name: setting for setting in drivers["fs"].settings}["durability"].choices
    for driver in drivers.values():
        assert driver.summary and all(setting.summary for setting in driver.settings)


def test_capabilities(store: coffer.Store) -> None:
    can = store.capabilities
    assert can is store.capabilities and can.max_key_bytes is not None and can.max_key_bytes >= 255
    assert can.can_presign == (store.driver == "s3") and can.can_content_type


def test_pickled_store(make_store: Callable[..., coffer.Store]) -> None:
    store = make_store(retry_attempts=2)
    again = pickle.loads(pickle.dumps(store))
    assert type(again) is coffer.Store and again.driver == store.driver and again is not store
    store.put("key", b"x")
    if store.driver == "memory":
        assert not again.exists("key"), "another memory"
    else:
        assert again.get("key") == b"x"
    again.close()


def test_pickled_memory_with_a_name() -> None:
    with coffer.Store.from_driver("memory", name="shared") as store:
        store.put("key", b"x")
        with pickle.loads(pickle.dumps(store)) as again:
            assert again.get("key") == b"x"


def test_secrets_are_not_shown() -> None:
    store = coffer.open(
        "s3://bucket", environment={}, endpoint="http://127.0.0.1:1", access_key_id="AKIDEXAMPLE", secret_access_key="verysecret",
        retry_attempts=1)
    assert "verysecret" not in repr(store)
    with pytest.raises(coffer.ConnectionFailedError) as caught:
        store.get("key")
    assert "verysecret" not in str(caught.value) + repr(caught.value) and caught.value.key == "key"
    assert isinstance(caught.value, ConnectionError)


def test_presign(store: coffer.Store, tmp_path: Path) -> None:
    if not store.capabilities.can_presign:
        with pytest.raises(coffer.UnsupportedError):
            store.presign("key")
        return

    def curl(*arguments: str) -> str:
        return subprocess.run(
            ["curl", "-sS", "--fail", "--max-time", "30", *arguments], capture_output=True, text=True, check=True).stdout

    put = store.presign("a b/ü", "PUT", expires_in=60, headers={"content-type": "text/x-test"})
    assert put.method == "PUT" and {name.lower() for name in put.headers} >= {"content-type"}
    store.put("other", b"")  # makes the bucket
    path = tmp_path / "file"
    path.write_bytes(b"presigned")
    curl("-T", str(path), *[part for name, value in put.headers.items() for part in ("-H", f"{name}: {value}")], put.url)
    assert store.get("a b/ü") == b"presigned" and store.stat("a b/ü").metadata.content_type == "text/x-test"
    get = store.presign("a b/ü", expires_in=timedelta(minutes=1))
    assert curl(str(get)) == "presigned" and get.url not in repr(get)
    assert timedelta(0) < get.expires - datetime.now(timezone.utc) <= timedelta(seconds=61)
    curl("-X", "DELETE", store.presign("a b/ü", "delete").url)
    assert not store.exists("a b/ü")
    for wrong in ({"expires_in": 0}, {"expires_in": 8 * 86400}, {"method": "PATCH"}):
        with pytest.raises(coffer.InvalidArgumentError):
            store.presign("key", **wrong)  # type: ignore[arg-type]


@pytest.mark.skipif(not servers(), reason="no S3 server in COFFER_TEST_SERVERS")
def test_wrong_secret_and_missing_bucket() -> None:
    for server in servers().values():
        given = {**server_options(server), "create_bucket": False}
        with coffer.open("s3://no-such-bucket-anywhere", environment={}, **given) as store:
            with pytest.raises(coffer.BucketNotFoundError) as missing:
                store.get("key")
            assert missing.value.http_status == 404
        if server["name"] == "localstack":
            continue  # checks no Authorization header
        with coffer.open("s3://coffer-python", environment={}, **{**given, "secret_access_key": "unlikelysecret"}) as store:
            with pytest.raises(PermissionError) as refused:
                store.put("key", b"")
            assert isinstance(refused.value, (coffer.PermissionDeniedError, coffer.UnauthenticatedError))
            assert refused.value.http_status == 403 and "unlikelysecret" not in str(refused.value)
