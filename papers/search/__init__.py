"""Search: what people type, as a query; the query, as SQL; the best matches first, marked."""
