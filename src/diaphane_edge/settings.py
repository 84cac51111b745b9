"""Read settings one by one, and say in one French line which is wrong, why, and what to write."""

import difflib
import json
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

AE_TITLE_LENGTH = 16
LONGEST_QUOTED = 60
NO_MOST = 1e15
PRINTABLE = range(0x20, 0x7F)


class ConfigError(ValueError):
    """Say in one French line what is wrong in the configuration, and what to write."""


class Section:
    """An object of the configuration file, under the name that messages give it. A null is no setting."""

    def __init__(self, value: object, name: str = "") -> None:
        self._name = name
        self._asked: set[str] = set()
        if not isinstance(value, dict):
            what = f"« {name} »" if name else "le fichier"
            raise ConfigError(f"{what} n’est pas un objet ; écrivez des réglages entre accolades : {{…}}.")
        self._values: dict[str, object] = {key: each for key, each in value.items() if each is not None}

    def has(self, key: str) -> bool:
        """Tell whether a setting is given."""
        self._asked.add(key)
        return key in self._values

    def wrong(self, key: str, what: str, write: str) -> ConfigError:
        """Return the line that says what is wrong with a setting, and what to write."""
        value = json.dumps(self._values.get(key), ensure_ascii=False)
        shown = value if len(value) <= LONGEST_QUOTED else value[: LONGEST_QUOTED - 1] + "…"
        return ConfigError(f"{self._spell(key)} : {shown} {what} ; écrivez {write}.")

    def missing(self, key: str, write: str) -> ConfigError:
        """Return the line that says that a setting is not there, and what to write."""
        return ConfigError(f"{self._spell(key)} manque ; écrivez {write}.")

    def text(self, key: str, *, write: str, default: str | None = None) -> str:
        """Return a text that is not blank. Raises ConfigError."""
        value = self._take(key, write, default)
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise self.wrong(key, "n’est pas un texte", write)
        return value

    def secret(self, key: str) -> str:
        """Return a text that no message shows; empty when it is not given. Raises ConfigError."""
        value = self._take(key, "", "")
        if not isinstance(value, str) or not value.isascii() or any(each.isspace() for each in value):
            raise ConfigError(
                f"{self._spell(key)} n’est pas un jeton ; écrivez celui que donne la plateforme."
            )
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a yes or a no. Raises ConfigError."""
        value = self._take(key, "", default)
        if not isinstance(value, bool):
            raise self.wrong(key, "n’est ni oui ni non", "true ou false, sans guillemets")
        return value

    def port(self, key: str, *, is_zero_taken: bool = False, default: int | None = None) -> int:
        """Return a port; 0 for none where that means something. Raises ConfigError."""
        least = 0 if is_zero_taken else 1
        write = f"un nombre entier de {least} à 65535, sans guillemets"
        value = self._take(key, write, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 65535:
            raise self.wrong(key, "n’est pas un port", write)
        return value

    def number(self, key: str, *, unit: str, least: float, most: float = NO_MOST, default: float) -> float:
        """Return a number between two others. Raises ConfigError."""
        value = self._take(key, "", default)
        if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
            return float(value)
        bounds = f"de {least:g} à {most:.0f}" if most < NO_MOST else f"d’au moins {least:g}"
        raise self.wrong(key, f"n’est pas un nombre de {unit}", f"un nombre {bounds}, sans guillemets")

    def ae_title(self, key: str) -> str:
        """Return an application entity title (PS3.5 §6.2, AE). Raises ConfigError."""
        write = f'de 1 à {AE_TITLE_LENGTH} caractères sans accent ni barre inverse, par exemple "SCANNER1"'
        value = self._take(key, write)
        title = value.strip() if isinstance(value, str) else ""
        is_sound = all(ord(each) in PRINTABLE and each != "\\" for each in title)
        if not 1 <= len(title) <= AE_TITLE_LENGTH or not is_sound:
            raise self.wrong(key, "n’est pas un titre d’entité (AE title)", write)
        return title

    def network(self, key: str) -> IPv4Network | IPv6Network:
        """Return an address or a network. Raises ConfigError."""
        write = '"10.0.0.12" pour une machine ou "10.0.0.0/24" pour un réseau'
        value = self._take(key, write)
        try:
            return ip_network(value if isinstance(value, str) else "", strict=False)
        except ValueError as error:
            raise self.wrong(key, "n’est ni une adresse ni un réseau", write) from error

    def url(self, key: str) -> str:
        """Return an address of the web, without its last slash. Raises ConfigError."""
        write = 'une adresse telle que "https://diaphane.example"'
        value = self._take(key, write)
        try:
            parts = urlsplit(value if isinstance(value, str) else "")
            is_sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_sound = False
        if not is_sound or parts.query or parts.fragment or parts.username is not None:
            raise self.wrong(key, "n’est pas une adresse http ou https", write)
        return str(value).rstrip("/")

    def section(self, key: str) -> "Section":
        """Return the settings under a name. Raises ConfigError."""
        return Section(self._take(key, "des réglages entre accolades"), self._path(key))

    def sections(self, key: str, *, write: str) -> Iterator["Section"]:
        """Yield the settings of each member of a list. Raises ConfigError."""
        value = self._take(key, write, [])
        if not isinstance(value, list):
            raise self.wrong(key, "n’est pas une liste", write)
        for rank, each in enumerate(value):
            yield Section(each, f"{self._path(key)}[{rank}]")

    def refuse_others(self) -> None:
        """Refuse a setting that nothing has asked for: it is a slip of the pen. Raises ConfigError."""
        for key in self._values:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1)
                write = f"« {near[0]} », ou retirez-le" if near else "son nom exact, ou retirez-le"
                raise ConfigError(f"{self._spell(key)} n’est pas un réglage ; écrivez {write}.")

    def _take(self, key: str, write: str, default: object = None) -> object:
        if not self.has(key):
            if default is None:
                raise self.missing(key, write)
            return default
        return self._values[key]

    def _path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def _spell(self, key: str) -> str:
        return f"« {self._path(key)} »"
