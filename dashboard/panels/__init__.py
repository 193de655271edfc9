"""Parts of pages that know the answers of `core.api`. They put words to them and draw; they read nothing."""
