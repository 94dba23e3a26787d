"""How pages are made: templates, words in the reader's language, times in the reader's zone."""
