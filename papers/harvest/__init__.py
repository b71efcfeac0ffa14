"""Reading the sources that keep the catalogue fresh: politely, in pieces, resumably."""
