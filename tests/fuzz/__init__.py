"""A campaign that attacks the command line with inputs made up by grammar and by mutation; see ``__main__.py``."""
