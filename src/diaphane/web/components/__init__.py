"""Components: the tags behind `templates/components/` and the gallery that shows them."""
