"""The OHIF viewer, served by us on our own DICOMweb: same origin, same session, same rights."""
