"""Numbered SQL files, applied in order and never changed once released.

`NNNN_pre_name.sql` only adds, so the release before still runs on it; `NNNN_post_name.sql`
takes away what no running release uses any more.
"""
