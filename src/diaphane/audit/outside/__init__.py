"""The trail as others read it: FHIR AuditEvent, and DICOM audit messages over syslog (R43, R44)."""
