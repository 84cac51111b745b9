"""FHIR R4 interfaces: translate, never decide."""
