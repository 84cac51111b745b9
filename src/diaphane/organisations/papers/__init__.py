"""The papers of a site: kinds as data, written, approved by another, in force until a day (R7–R17)."""
