"""The exam: at the table, and at a distance."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role

from .right import IMAGEUR, REQUESTER, TECHNOLOGIST, Reach, Section, allow

SECTION = Section(
    _("The exam"),
    (
        allow("exam.table", _("Open the exams of the day and their cards"), TECHNOLOGIST),
        allow("exam.schedule", _("Schedule the exam"), TECHNOLOGIST),
        allow("exam.miss", _("Say that the patient did not come"), TECHNOLOGIST),
        allow("exam.arrive", _("The patient has arrived"), TECHNOLOGIST),
        allow("exam.prepare", _("Record the checks made at the table"), TECHNOLOGIST),
        allow(
            "exam.settle_difference",
            _("Say which of two safety answers is right, with the motive"),
            TECHNOLOGIST,
            IMAGEUR,
        ),
        allow("exam.get_ready", _("Ready for the exam"), TECHNOLOGIST),
        allow("exam.check_again", _("Go back to the checks"), TECHNOLOGIST),
        allow("exam.start", _("Start the exam"), TECHNOLOGIST),
        allow("exam.dose", _("Record the dose"), TECHNOLOGIST),
        allow("exam.finish", _("Finish the acquisition"), TECHNOLOGIST),
        allow("exam.interrupt", _("Interrupt the exam"), TECHNOLOGIST),
        allow("exam.cancel", _("Cancel the exam"), REQUESTER, TECHNOLOGIST, Role.SYSTEM),
        allow("exam.withdraw", _("The patient no longer wants the exam"), Role.SYSTEM),
        allow("exam.order", _("Decide on pregnancy, implants and contrast"), IMAGEUR),
        allow("exam.supervise", _("Supervise the exam"), IMAGEUR),
        allow("exam.follow", _("See the images and the findings of an exam as it goes"), IMAGEUR),
        allow("exam.check", _("Check the images"), IMAGEUR),
        allow("exam.repeat", _("Ask for more images"), IMAGEUR),
        allow("exam.accept", _("Accept the images"), IMAGEUR),
        allow("exam.accept_with_reserve", _("Accept the images with a reserve"), IMAGEUR),
        allow("exam.declare_not_interpretable", _("Declare the exam not interpretable"), IMAGEUR),
        allow("exam.organise", _("Organise what follows an exam that cannot be read"), REQUESTER),
        allow("exam.read", _("Start reading"), IMAGEUR),
        allow("exam.report", _("Report signed"), IMAGEUR),
        allow("exam.close", _("Close the act"), Role.SYSTEM),
        allow(
            "duty.see",
            _("See who is on duty now, and how they are reached"),
            REQUESTER,
            TECHNOLOGIST,
            IMAGEUR,
            reach=Reach.SITE,
        ),
        allow("shift.saturate", _("Say that one is saturated, while on duty"), IMAGEUR, reach=Reach.OWN),
        allow("hand_over.give", _("Hand one’s open cases to the next radiologist"), IMAGEUR),
        allow("hand_over.accept", _("Accept by name what a colleague hands over"), IMAGEUR),
        allow("link.test", _("Test the site’s link"), TECHNOLOGIST, reach=Reach.SITE),
    ),
)
