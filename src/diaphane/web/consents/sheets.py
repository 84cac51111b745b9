"""The information sheets: the list, and one version of one, on screen or printed (R52–R56)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.consents.sheets import find_sheet, list_sheets
from diaphane.web.roles import needs


@require_safe
@needs("sheet.read")
def list_(request: HttpRequest) -> HttpResponse:
    """List the sheets that are given now."""
    return render(request, "consents/sheets.html", {"sheets": list_sheets()})


@require_safe
@needs("sheet.read")
def sheet(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Show one version, however old: a patient may ask for the one that they were given."""
    found = find_sheet(code, version)
    if found is None:
        raise Http404
    return render(request, "consents/sheet.html", {"told": found})
