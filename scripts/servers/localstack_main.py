#!/usr/bin/env python3
"""Runs LocalStack with its S3 objects under TMPDIR: its own place for them, /tmp/localstack-s3-storage, cannot be
configured, would be shared by all LocalStacks of a machine, and stays behind."""

import os
import tempfile

from localstack.services.s3 import provider

provider.DEFAULT_S3_TMP_DIR = os.path.join(tempfile.gettempdir(), "s3-storage")

from localstack.runtime.main import main  # noqa: E402

main()
