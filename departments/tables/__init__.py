"""The admin's tables as files: columns, rows from outside, preview, and the way in and out."""
