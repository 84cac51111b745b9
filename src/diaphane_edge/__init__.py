"""The site gateway: takes images from modalities, keeps them safely, sends them on; serves the worklist."""
