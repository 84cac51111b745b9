"""Say in the reader's language what the published build says in English only."""

import json

from django.utils.translation import gettext as _

WORDS = """\
  // Words that the build does not translate: a text is replaced as it appears, when all of it is known.
  const spoken = new Map(Object.entries(SPOKEN));
  const say = (node) => {
    const known = spoken.get((node.nodeValue || "").trim());
    if (known && known !== node.nodeValue) node.nodeValue = known;
  };
  const sayAll = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return say(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const input of [node, ...node.querySelectorAll("[placeholder]")]) {
      const known = spoken.get(input.getAttribute("placeholder"));
      if (known) input.setAttribute("placeholder", known);
    }
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) say(texts.currentNode);
  };
  if (spoken.size) {
    new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes) {
        if (type === "characterData") say(target);
        else addedNodes.forEach(sayAll);
      }
    }).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
  }
"""


def write_words() -> str:
    """Return the script that says them, in the language of the page."""
    spoken = {
        "Create Report": _("Measurements"),
        "Report name": _("Name of the measurements"),
        "Create new series": _("New series"),
        "Series": _("Series"),
        "Save": _("Keep them"),
        "Download": _("Download a copy"),
        "Multiple Patients": _("Two identities"),
        "Do you want to continue tracking measurements for this study?": _(
            "Show these measurements in the list, to go on from them?"
        ),
        "Yes": _("Yes"),
        "No": _("No"),
        "Create SR": _("Save the measurements"),
        "Measurements saved successfully": _("The measurements are saved, and beside the report"),
        "Failed to store measurements": _("The measurements could not be saved: try again"),
    }
    return WORDS.replace("SPOKEN", json.dumps(spoken))
