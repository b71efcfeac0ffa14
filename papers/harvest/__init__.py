"""Reading the sources that keep the catalogue fresh: politely, piece by piece, resumably."""
