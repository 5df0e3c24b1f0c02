"""Our own engine: endpoints, signatures, credentials and retries, so that clients need nobody else's.

What it does stands in generators without input or output; two drivers send and wait, one of them awaited.
"""
