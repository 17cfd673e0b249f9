"""Stores every file below a directory in any store, and fetches them all again into another directory.

    python tree.py DIRECTORY STORE-URL COPY
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import coffer


def report(what, sizes, began):
    seconds = time.monotonic() - began
    print(f"  Python: {what} {len(sizes)} files, {sum(sizes) / (1 << 20):.1f} MiB, {seconds:.2f} s", flush=True)


def main(directory, url, copy):
    root, copy = Path(directory), Path(copy)
    # A store may be used from any number of threads; calls that wait let the others run.
    with coffer.open(url) as store, ThreadPoolExecutor(8) as threads:
        began = time.monotonic()
        paths = [path for path in sorted(root.rglob("*")) if path.is_file()]
        stored = list(threads.map(lambda path: store.put(path.relative_to(root).as_posix(), path).size, paths))
        report("stored", stored, began)

        def fetch(entry):
            target = copy / entry.name
            target.parent.mkdir(parents=True, exist_ok=True)
            return target.write_bytes(store.get_buffer(entry.name))

        began = time.monotonic()
        report("fetched", list(threads.map(fetch, store.list())), began)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: tree.py DIRECTORY STORE-URL COPY")
    try:
        main(*sys.argv[1:])
    except coffer.Error as error:
        sys.exit(f"tree.py: {error}")
