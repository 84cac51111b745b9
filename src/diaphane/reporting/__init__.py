"""The signed report, its PDF/A, and its release to the patient (R89–R100)."""
