"""One file a page: read the session, query, draw."""
