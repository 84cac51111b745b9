"""From the images to the signed report: check, write, sign, receive, tell the patient."""
