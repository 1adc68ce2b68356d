"""Which imports of ledgers are too large for a request, and what is said when one breaks off."""

AT_ONCE_BYTES = 512 * 1024
"""Workbooks up to this size, together, are read in the request that brings them."""
INTERRUPTED = "读取中断了，没有写入任何内容；请重新上传。"
