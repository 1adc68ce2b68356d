"""The product's own settings; the site has the benchmark's bare pages beside the product's."""

from wanzhou_water.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare_pages"
