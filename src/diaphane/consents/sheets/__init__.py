"""Information sheets in plain French: each version a file that never changes once it was given (R52–R56)."""

from .reading import DISTANCE as DISTANCE
from .reading import MalformedSheetError as MalformedSheetError
from .reading import Section as Section
from .reading import Sheet as Sheet
from .reading import find_sheet as find_sheet
from .reading import get_sheet as get_sheet
from .reading import list_sheets as list_sheets
from .reading import name_sheet_of as name_sheet_of
