"""Handle DICOM objects, knowing nothing of the platform: files, frames, codecs, pictures.

What a modality sent is read as it is: pydicom's checks of values are switched off here, once, because
refusing or correcting an object for a malformed detail would lose it or change it.
"""

from pydicom import config

config.settings.reading_validation_mode = config.IGNORE
config.settings.writing_validation_mode = config.IGNORE
