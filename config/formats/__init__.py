"""How dates, times and numbers read in each language of LANGUAGES (FORMAT_MODULE_PATH)."""
