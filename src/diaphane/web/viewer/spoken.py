"""What the published build of OHIF says in English only, in the reader's language.

Whole texts and whole names (labels, hints): ``script/words.js`` replaces each as it appears. Words that may
be the name of a series are left as they are.
"""

from django.utils.translation import gettext as _


def list_spoken() -> dict[str, str]:
    """Return what replaces each text of the build; two languages never differ in what stays as it is."""
    return _list_tools() | _list_boxes() | _list_measuring() | _list_troubles()


def _list_tools() -> dict[str, str]:
    return {
        "A Propos": _("About"),
        "Data Overlay": _("Lay another series over"),
        "Image navigation scrollbar": _("Scroll through the images"),
        "Instance Number": _("Image number"),
        "Window Level": _("Window"),
        "Reformat": _("Reconstruction"),
        "Zoom-in": _("Magnifying glass"),
        "FPS": _("images per second"),
        "list": _("As a list"),
        "thumbnails": _("As small pictures"),
        "Multiple Patients": _("Two identities"),
        "icon-multiple-patients": _("Two identities"),
        "icon-patient": _("Patient"),
        "icon-panel-close-left": _("Close this side"),
        "icon-panel-close-right": _("Close this side"),
        "tab-studies": _("Studies"),
        "tab-linear": _("Measurements"),
        "tab-segmentation": _("Regions drawn"),
        "info-mpr": _("Number of images"),
        "info-series": _("Number of objects"),
        "arrow-left": _("Previous"),
        "arrow-right": _("Next"),
        "Series is tracked": _("The measurements of this series are in the list"),
        "Series is untracked": _("The measurements of this series are not in the list"),
        "Currently tracking measurements in this viewport": _("What is measured here is in the list"),
    }


def _list_boxes() -> dict[str, str]:
    return {
        "Close": _("Close"),
        "Cancel": _("Cancel"),
        "Not For Diagnostic Use": _("Not for diagnosis"),
        "Save Image": _("Keep the picture"),
        "File type": _("Kind of file"),
        "Language": _("Language"),
        "Modifier Keys": _("Keys to hold"),
        "Crosshairs": _("Crosshairs"),
        "Left Click +": _("Left click +"),
        "Shift": _("Shift"),
        "Preferences saved": _("Your preferences are kept"),
        "DICOM Tag Browser": _("What the DICOM header says"),
        "Search metadata": _("Search"),
        "Keyword": _("Keyword"),
        "Value": _("Value"),
        "of": _("of"),
        "Loading...": _("Loading…"),
        "Calibration": _("Calibration"),
        "Actual Physical distance (mm)": _("True distance (mm)"),
        "No window level data available": _("No window is known here"),
        "Copied": _("Copied"),
        "Failed to copy": _("It could not be copied"),
    }


def _list_measuring() -> dict[str, str]:
    return {
        "Create Report": _("Measurements"),
        "Créer SR": _("Save the measurements"),
        "Create SR": _("Save the measurements"),
        "Report name": _("Name of the measurements"),
        "Create new series": _("New series"),
        "Select a series": _("Choose a series"),
        "Series": _("Series"),
        "Save": _("Keep them"),
        "Download": _("Download a copy"),
        "Yes": _("Yes"),
        "No": _("No"),
        "Remove": _("Remove"),
        "Delete measurement": _("Delete this measurement"),
        "Add Label": _("Name it"),
        "Untrack": _("Take out of the list"),
        "Untrack Series": _("Take this series out of the list"),
        "Are you sure you want to untrack this series?": _(
            "Take the measurements of this series out of the list?"
        ),
        "This action cannot be undone and will delete all your existing measurements.": _(
            "The measurements that are not saved are lost."
        ),
        "You have existing tracked measurements. What would you like to do with your existing tracked "
        "measurements?": _("Measurements are in the list already. What is to become of them?"),
        "Measurements cannot span across multiple studies. Do you want to save your tracked measurements?": _(
            "Measurements belong to one study. Save those of the other study first?"
        ),
        "Do you want to continue tracking measurements for this study?": _(
            "Show these measurements in the list, to go on from them?"
        ),
        "There are unsaved measurements. Do you want to save it?": _(
            "Some measurements are not saved. Save them now?"
        ),
        "No, discard previously tracked series & measurements": _("No, forget the former measurements"),
        "No, discard existing": _("No, forget them"),
        "Discard": _("Forget them"),
        "Add to existing report": _("Add to the former ones"),
        "Create new report": _("New measurements"),
        "Measurements saved successfully": _("The measurements are saved, and beside the report"),
        "Failed to store measurements": _("The measurements could not be saved: try again"),
        "Measurements downloaded successfully": _("The measurements are downloaded"),
    }


def _list_troubles() -> dict[str, str]:
    """Return what a warning beside a series says, and a hanging that cannot be made."""
    return {
        "Display Set Messages": _("To know about this series"),
        "No valid instances found in series.": _("No image of this series can be read."),
        "Display set has missing position information.": _("The positions of some images are missing."),
        "Display set is not a reconstructable 3D volume.": _("No volume can be made of these images."),
        "Multi frame display sets do not have pixel measurement information.": _(
            "The size of a pixel is missing: nothing can be measured in millimetres."
        ),
        "Multi frame display sets do not have orientation information.": _("The orientation is missing."),
        "Multi frame display sets do not have position information.": _(
            "The positions of some images are missing."
        ),
        "Display set has missing frames.": _("Some images of this series are missing."),
        "Display set has irregular spacing.": _("The images are not evenly spaced."),
        "Display set has inconsistent dimensions between frames.": _("The images are not of one size."),
        "Display set has frames with inconsistent number of components.": _(
            "Some images are in colour, others are not."
        ),
        "Display set has frames with inconsistent orientations.": _("The images are not of one orientation."),
        "Display set has inconsistent position information.": _("The positions of the images disagree."),
        "Unsupported display set.": _("This viewer cannot show it."),
        "Error loading displaySet": _("This series could not be opened"),
        "Apply Hanging Protocol": _("Layout"),
        "The hanging protocol could not be applied.": _("This layout could not be made."),
        "The requested display sets could not be added to the viewport due to a mismatch in the Hanging "
        "Protocol rules.": _("This series does not fit this layout."),
    }
