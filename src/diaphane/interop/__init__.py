"""What other machines speak to: DICOMweb and the gateways. They translate; contexts decide."""
