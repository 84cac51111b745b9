"""Say in words what differs between two versions of an image: names of elements, never their values."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydicom.datadict import dictionary_description

from diaphane_dicom.sameness import Difference

_NAMES: dict[str, str | Promise] = {
    "PatientName": gettext_lazy("the patient’s name"),
    "PatientID": gettext_lazy("the patient’s identifier"),
    "IssuerOfPatientID": gettext_lazy("the issuer of the identifier"),
    "PatientBirthDate": gettext_lazy("the birth date"),
    "PatientSex": gettext_lazy("the patient’s sex"),
    "AccessionNumber": gettext_lazy("the accession number"),
    "StudyInstanceUID": gettext_lazy("the study"),
    "SeriesInstanceUID": gettext_lazy("the series"),
    "StudyDescription": gettext_lazy("the description of the study"),
    "SeriesDescription": gettext_lazy("the description of the series"),
    "SeriesNumber": gettext_lazy("the number of the series"),
    "InstanceNumber": gettext_lazy("the number of the image"),
    "BodyPartExamined": gettext_lazy("the body part"),
    "Laterality": gettext_lazy("the side"),
    "ImageLaterality": gettext_lazy("the side"),
    "ContentDate": gettext_lazy("the date of the image"),
    "ContentTime": gettext_lazy("the time of the image"),
    "WindowCenter": gettext_lazy("the window"),
    "WindowWidth": gettext_lazy("the window"),
    "ImagePositionPatient": gettext_lazy("the place of the slice"),
    "SliceLocation": gettext_lazy("the place of the slice"),
    "ImageOrientationPatient": gettext_lazy("the orientation of the slice"),
    "PixelSpacing": gettext_lazy("the size of the pixels"),
    "Rows": gettext_lazy("the height in pixels"),
    "Columns": gettext_lazy("the width in pixels"),
}
MOST = 12
"""How many elements are named before they are counted."""


def say_difference(difference: Difference) -> list[str]:
    """Return a sentence on the pixels, then one on the header."""
    return [_say_pixels(difference), _say_header(difference)]


def _say_pixels(difference: Difference) -> str:
    if difference.frames is None:
        return _("The pixels could not be compared: one of the two cannot be decoded.")
    if not difference.frames:
        return _("The pixels are the same: both draw the same picture.")
    if difference.number_of_frames == 1:
        return _("The pixels are not the same: the two draw different pictures.")
    words = ngettext(
        "The pixels of %(number)d frame out of %(all)d are not the same: the first is shown here.",
        "The pixels of %(number)d frames out of %(all)d are not the same: the first of them is shown here.",
        len(difference.frames),
    )
    return words % {"number": len(difference.frames), "all": difference.number_of_frames}


def _say_header(difference: Difference) -> str:
    if difference.elements is None:
        return _("The headers could not be compared.")
    names = sorted({_name(each) for each in difference.elements})
    if not names:
        return _("The headers say the same.")
    named, more = ", ".join(names[:MOST]), len(names) - MOST
    if more > 0:
        words = ngettext(
            "The headers say otherwise: %(names)s, and %(number)d more.",
            "The headers say otherwise: %(names)s, and %(number)d more.",
            more,
        )
        return words % {"names": named, "number": more}
    return _("The headers say otherwise: %(names)s.") % {"names": named}


def _name(keyword: str) -> str:
    """Return an element's name in French where it is usual, else the standard's, else its tag."""
    if keyword in _NAMES:
        return str(_NAMES[keyword])
    try:
        return dictionary_description(keyword)
    except (KeyError, ValueError):
        return _("the private element %(tag)s") % {"tag": keyword}
