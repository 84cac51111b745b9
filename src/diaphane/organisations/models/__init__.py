"""Structures, who works there, what each owes before acting, their papers and their conventions."""

from .conventions import Convention as Convention
from .conventions import ConventionSpan as ConventionSpan
from .conventions import ConventionState as ConventionState
from .conventions import Day as Day
from .credentials import Credential as Credential
from .credentials import CredentialState as CredentialState
from .credentials import CredentialStep as CredentialStep
from .credentials import CredentialWarning as CredentialWarning
from .equipment import Equipment as Equipment
from .equipment import EquipmentCheck as EquipmentCheck
from .papers import Paper as Paper
from .papers import PaperKind as PaperKind
from .papers import PaperPledge as PaperPledge
from .papers import PaperState as PaperState
from .papers import PaperWarning as PaperWarning
from .structures import Membership as Membership
from .structures import MembershipQuerySet as MembershipQuerySet
from .structures import Room as Room
from .structures import Structure as Structure
from .structures import validate_finess as validate_finess
