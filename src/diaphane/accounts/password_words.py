"""Words that a guesser tries first here: no password is made of them (NIST SP 800-63B)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from diaphane.kernel.words import fold

EXPECTED = (
    *("diaphane", "teleimagerie", "telemedecine", "teleradiologie", "imagerie", "radiologie", "radiologue"),
    *("imageur", "scanner", "irm", "radio", "hopital", "clinique", "urgences", "docteur", "medecin"),
    *("manipulateur", "patient", "sante", "pacs", "dicom", "motdepasse", "password", "bonjour", "soleil"),
    *("azertyuiop", "qwertyuiop", "azerty", "qwerty", "admin"),
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout"),
    *("septembre", "octobre", "novembre", "decembre", "printemps", "ete", "automne", "hiver"),
)
"""The product, the trade, the place, the season."""
FEWEST_OTHERS = 8


class ExpectedWordsValidator:
    """Refuse a password in which little is left once expected words and figures are taken out."""

    def validate(self, password: str, user: object = None) -> None:
        """Count what is left.

        Raises:
            ValidationError: too little.
        """
        plain = "".join(each for each in fold(password) if each.isalpha())
        left = plain
        for word in sorted(EXPECTED, key=len, reverse=True):
            left = left.replace(word, "")
        if left != plain and len(left) < FEWEST_OTHERS:
            raise ValidationError(
                _("This password is made of words that a guesser tries first: choose others."),
                code="password_expected_words",
            )
