"""Who may do what: one table of role × action, read by the code, the tests and a page (R41, R42).

A view names its actions (``web.roles.needs``, ``interop.authentication.interface``), a transition takes its
roles here, an operation asks ``may``. What an address does without a role is a door, listed beside.
"""

from .doors import DOORS as DOORS
from .doors import Door as Door
from .doors import is_door as is_door
from .right import Reach as Reach
from .right import Right as Right
from .right import Section as Section
from .table import RIGHTS as RIGHTS
from .table import SECTIONS as SECTIONS
from .table import may as may
from .table import reaches as reaches
from .table import roles_of as roles_of
