"""DICOMweb (PS3.18): store, search and retrieve, with the rights that apply everywhere else (R48)."""
