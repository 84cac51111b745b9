"""The people and places of « Territoire de la Haute-Lisière »: every one of them fictitious.

INS come from the OIDs reserved for tests and demonstrations (.10, .11); RPPS and FINESS numbers are
invented in ranges that are not given out, with their right keys.
"""

from dataclasses import dataclass
from datetime import date

from diaphane.kernel.actors import Role
from diaphane.kernel.identifiers import ins_key, luhn_is_valid

INS_DEMO_OID = "1.2.250.1.213.1.4.11"


@dataclass(frozen=True)
class DemoStructure:
    """One structure of the territory."""

    key: str
    name: str
    city: str
    phone: str
    number: str
    issuer: str
    lead_technologist_email: str = ""

    @property
    def finess(self) -> str:
        """Return the invented FINESS with its key."""
        return with_luhn_key(self.number)


@dataclass(frozen=True)
class DemoPerson:
    """One professional: what they do, where, and one sentence for the tour."""

    key: str
    name: str
    role: Role
    structure: str
    speciality: str = ""
    number: str = ""

    @property
    def email(self) -> str:
        """Return the address used to log in."""
        return f"{self.key}@haute-lisiere.example"

    @property
    def rpps(self) -> str:
        """Return the invented RPPS with its key, for those who have one."""
        return with_luhn_key(self.number) if self.number else ""


@dataclass(frozen=True)
class DemoPatient:
    """One patient with their strict traits."""

    key: str
    birth_name: str
    first_names: str
    sex: str
    birth_date: date
    phone: str
    used_name: str = ""
    commune: str = "99999"

    @property
    def spoken_name(self) -> str:
        """Return the name as people say it: first given name, then the name in use."""
        return f"{self.first_names.split(' ')[0]} {self.used_name or self.birth_name}"

    @property
    def ins(self) -> str:
        """Return a demonstration INS built from the traits, with its key."""
        prefix = "1" if self.sex == "M" else "2"
        nir = f"{prefix}{self.birth_date:%y%m}99{abs(self.phone_digits) % 1000:03d}{self.birth_date.day:03d}"
        return nir + ins_key(nir)

    @property
    def phone_digits(self) -> int:
        """Return the digits of the telephone number, which tell the patients' INS apart."""
        return int("".join(each for each in self.phone if each.isdigit()))


def with_luhn_key(number: str) -> str:
    """Return the number followed by the digit that makes it pass Luhn's check."""
    return next(f"{number}{key}" for key in range(10) if luhn_is_valid(f"{number}{key}"))


STRUCTURES = (
    DemoStructure(
        "saint_aubin",
        "CH de Saint-Aubin-sur-Lisière",
        "Saint-Aubin-sur-Lisière",
        "01 99 00 10 00",
        "99900001",
        "CHSAINTAUBIN",
        "cadre.imagerie@saint-aubin.example",
    ),
    DemoStructure(
        "montbrezy",
        "Hôpital de proximité de Montbrézy",
        "Montbrézy",
        "01 99 00 20 00",
        "99900002",
        "HPMONTBREZY",
    ),
    DemoStructure(
        "haute_lisiere",
        "Imagerie Haute-Lisière",
        "Rochefontaine",
        "01 99 00 30 00",
        "99900003",
        "IMAGERIEHL",
    ),
    DemoStructure(
        "maison_sante",
        "Maison de santé de la Lisière",
        "Saint-Aubin-sur-Lisière",
        "01 99 00 40 00",
        "99900004",
        "MSPLISIERE",
    ),
)

PEOPLE = (
    DemoPerson(
        "camille.verdier",
        "Dr Camille Verdier",
        Role.REQUESTING_PHYSICIAN,
        "saint_aubin",
        "Médecine d’urgence",
        "9990000001",
    ),
    DemoPerson(
        "ines.marchal",
        "Dr Inès Marchal",
        Role.IMAGEUR,
        "haute_lisiere",
        "Radiodiagnostic et imagerie médicale",
        "9990000002",
    ),
    DemoPerson(
        "paul.osterman",
        "Dr Paul Osterman",
        Role.IMAGEUR,
        "haute_lisiere",
        "Radiodiagnostic et imagerie médicale",
        "9990000003",
    ),
    DemoPerson("leo.bastien", "Léo Bastien", Role.TECHNOLOGIST, "saint_aubin"),
    DemoPerson(
        "helene.fabre",
        "Dr Hélène Fabre",
        Role.TREATING_PHYSICIAN,
        "maison_sante",
        "Médecine générale",
        "9990000004",
    ),
    DemoPerson(
        "yann.lecoz",
        "Dr Yann Le Coz",
        Role.REQUESTING_PHYSICIAN,
        "montbrezy",
        "Médecine d’urgence",
        "9990000005",
    ),
    DemoPerson(
        "maud.riquet",
        "Dr Maud Riquet",
        Role.IMAGEUR,
        "haute_lisiere",
        "Radiodiagnostic et imagerie médicale",
        "9990000006",
    ),
    DemoPerson(
        "etienne.vasco",
        "Dr Étienne Vasco",
        Role.IMAGEUR,
        "haute_lisiere",
        "Radiodiagnostic et imagerie médicale",
        "9990000007",
    ),
    DemoPerson("nadia.ferrand", "Nadia Ferrand", Role.ADMINISTRATOR, "haute_lisiere"),
    DemoPerson("bruno.kessel", "Bruno Kessel", Role.ADMINISTRATOR, "saint_aubin"),
    DemoPerson("judith.aubry", "Judith Aubry", Role.PLATFORM_ADMINISTRATOR, "haute_lisiere"),
    DemoPerson("sylvie.morand", "Sylvie Morand", Role.SECRETARY, "saint_aubin"),
    DemoPerson("odile.sarrazin", "Odile Sarrazin", Role.DPO, "saint_aubin"),
)

PATIENTS = (
    DemoPatient("martin.vasseur", "Vasseur", "Martin Louis", "M", date(1955, 3, 14), "06 39 98 00 71"),
    DemoPatient("lea.fontanel", "Fontanel", "Léa Marie", "F", date(1997, 6, 2), "06 39 98 00 29"),
    DemoPatient("odette.garnier", "Brissac", "Odette", "F", date(1943, 11, 21), "06 39 98 00 83", "Garnier"),
    DemoPatient("karim.belhadj", "Belhadj", "Karim", "M", date(1988, 1, 9), "06 39 98 00 38"),
)

ROOMS = (
    ("saint_aubin", "Scanner 1", "CT", "SCANNER1", "Scanner de démonstration (simulé)"),
    ("saint_aubin", "IRM 1", "MR", "IRM1", "IRM 1,5 T de démonstration (simulée)"),
    ("montbrezy", "Scanner", "CT", "SCANNERMB", "Scanner de démonstration (simulé)"),
)
