"""Real servers for tests and benchmarks: PostgreSQL, Redis, Celery, the web server and a browser.

Each is started on a free port of this machine, writes below a temporary folder, and is stopped by its
``stop()`` (or the ``with`` block) also when the test fails. A server whose program is not installed raises
``Unavailable`` with the sentence that a skipped test shows.
"""
