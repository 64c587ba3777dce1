"""From a text to the words that are compared: letters a to z and digits alone, so that both databases see the same. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from html import unescape

from lms.core.language import Language

_TAG = re.compile(r"<[^>]+>")
# A criterion's id stays one word: 6.2 becomes c6x2.
_CRITERION = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})(?![\d.])")
_WORD = re.compile(r"[a-z0-9]+")

_SHORT: dict[Language, str] = {
    "en": """a about above after again against all also am an and any are as at be because been before being below between
        both but by can could d did do does doing don down during each few for from further get got had has have having he
        her here hers herself him himself his how i if in into is it its itself just ll m may me might more most my myself
        need needs no nor not now of off on once only or other our ours ourselves out over own re s same shall she should so
        some such t than that the their theirs them themselves then there these they this those through to too under until
        up us use used using ve very want was we were what when where which while who whom why will with would you your
        yours yourself yourselves""",
    "es": """a al algo algunas algunos ante antes como con contra cual cuales cuando cuanto cuantos de debe deben debo del
        desde donde durante e el ella ellas ellos en entre era es esa esas ese eso esos esta estaba estan estar estas este
        esto estos estoy fue ha hace hacen hacer hago han has hasta hay haya he la las le les lo los mas me mi mis mucho
        muchos muy nada necesita necesitamos necesito ni no nos nosotros nuestra nuestras nuestro nuestros o os otra otras
        otro otros para pero poco podemos por porque puede pueden puedo que quien quienes se sea ser si sin sobre son soy su
        sus suyo tambien tanto te tenemos tener tengo tiene tienen ti todo todos tu tus un una uno unos usted ustedes y ya
        yo""",
    "fr": """a ai as au aux avec avez avoir avons c ce ces cet cette combien comment d dans de des dois doit doivent du elle
        elles en es est et etait etes etre eu eux faire fais fait faut il ils j je l la le les leur leurs lui m ma mais me
        meme mes moi mon n ne nos notre nous on ont ou par pas peut peuvent peux pour pouvons puis qu quand que quel quelle
        quelles quels qui quoi s sa se sera ses si soit sommes son sont suis sur t ta te tes toi ton tu un une vos votre
        vous y""",
}
_WITHOUT_MEANING = {language: frozenset(words.split()) for language, words in _SHORT.items()}


def words(text: str) -> list[str]:
    """The words of a text in their order, without accents and capitals."""
    open_text = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in open_text if not unicodedata.combining(c)).replace("œ", "oe").replace("æ", "ae")
    return _WORD.findall(_CRITERION.sub(r"c\1x\2", bare))


def of_html(html: str) -> list[str]:
    """The words that a reader of safe HTML sees."""
    return words(unescape(_TAG.sub(" ", html)))


def says_little(word: str, language: Language) -> bool:
    """Whether it is a word like how, the, or: of the language, or of English, which people type on every page."""
    return word in _WITHOUT_MEANING[language] or word in _WITHOUT_MEANING["en"]


def one_letter_off(word: str, known: Iterable[str]) -> list[str]:
    """The known words that become this one by a letter added, left out, changed, or swapped with the next; in order.

    Words of three letters and less are too near to each other to guess, and those of four unless they begin alike.
    """
    if len(word) < 4:
        return []
    near = (k for k in known if abs(len(k) - len(word)) < 2 and (len(word) > 4 or k[:1] == word[0]))
    return sorted(k for k in near if _one_off(word, k))


def _one_off(a: str, b: str) -> bool:
    """Both begin alike up to a place; behind the one letter there they end alike."""
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[at:], b[at:]
    if len(a) == len(b):
        return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
    return rest_a[1:] == rest_b or rest_a == rest_b[1:]
