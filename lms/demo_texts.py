"""What invented people wrote and what the invented program answered, for the demonstration."""

from dataclasses import dataclass

PURPOSE = "Demonstration: what members say about edition 2019 before the next one is written."


@dataclass(frozen=True, slots=True)
class Said:
    """A comment of a person of the company with this place in demo_people.COMPANIES. `same` is the place of the comment in
    COMMENTS that says the same."""

    company: int
    criterion: str
    kind: str
    text: str
    language: str = "en"
    same: int | None = None


COMMENTS = (
    Said(1, "4.10", "cost", "Half of our drivers use their own phones. Do we have to pay for phones that we manage?"),
    Said(2, "4.12", "unclear", "Does the weekly backup mean everything, or what changed since the last one?"),
    Said(0, "5.16", "unclear", "How far from the border does the no-stop rule begin? Our drivers need a number."),
    Said(
        3, "5.16", "unclear",
        "¿A cuántas millas de la frontera empieza la regla de no detenerse? Nuestra ruta pasa por dos pueblos.",
        "es", same=2,
    ),
    Said(1, "5.5", "wording", "Say whether the checklist may be kept on a tablet. Paper gets lost in the cab."),
    Said(4, "9.1", "done", "We have fences under port security rules already. Please accept one plan for both programs."),
    Said(6, "6.1", "other", "We handle no cargo and no seals. Tell brokers plainly which criteria are not ours."),
    Said(2, "3.9", "cost", "For a company of 23 people a full audit of suppliers is out of reach. What is enough?"),
    Said(7, "6.2", "unclear", "¿Quién coloca el sello cuando el cliente carga en su propio patio?", "es"),
    Said(7, "8.1", "cost", "Heat-treated pallets cost 30 % more. May we reuse stamped ones that were repaired?"),
    Said(1, "8.1", "wording", "Dites quels timbres valent pour une palette réparée.", "fr", same=9),
    Said(5, "12.1", "done", "Our yearly training covers this. We would like to hand in our own sign-in sheets."),
    Said(0, "6.7", "wording", "Write out what the letters VVTT stand for each time. New drivers do not know them."),
    Said(3, "7.5", "unclear", "¿Cuántas fotos del sello hacen falta, y cuánto tiempo se guardan?", "es"),
    Said(5, "4.8", "cost", "Two-step sign-in on a shared dock terminal slows every shift. Is a badge enough?"),
    Said(4, "12.9", "other", "Our camera supplier trains our operators. Does its certificate count?"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decided:
    """An answer to the comment at this place: outcome, text, and the FAQ entry made of it, if there is one."""

    comment: int
    outcome: str
    text: str
    question: str = ""
    es: tuple[str, str] | None = None
    fr: tuple[str, str] | None = None


ANSWERS = (
    Decided(
        0, "explained",
        "No. 4.10 asks that a personal device used for company work follows the company's cybersecurity rules. You may ask that"
        " of the owner, or keep company data off the phone.",
        "Must the company pay for phones when drivers use their own?",
        (
            "¿La empresa debe pagar los teléfonos si los choferes usan los suyos?",
            "No. 4.10 pide que un aparato personal usado para el trabajo cumpla las reglas de ciberseguridad de la empresa. Puede"
            " pedirlo al dueño, o no tener datos de la empresa en ese teléfono.",
        ),
        (
            "L’entreprise doit-elle payer les téléphones quand les chauffeurs utilisent les leurs?",
            "Non. 4.10 demande qu’un appareil personnel utilisé pour le travail suive les règles de cybersécurité de l’entreprise."
            " Vous pouvez le demander au propriétaire, ou ne garder aucune donnée de l’entreprise sur ce téléphone.",
        ),
    ),
    Decided(
        2, "changed",
        "The next edition will name who decides: your written procedure states the distance and the places where a driver may"
        " stop. Until then write both into your own procedure.",
        "How far from the border does the no-stop rule begin?",
        (
            "¿A qué distancia de la frontera empieza la regla de no detenerse?",
            "Su procedimiento escrito lo dice: la distancia y los lugares donde un chofer puede detenerse. La próxima edición dirá"
            " quién lo decide.",
        ),
        (
            "À quelle distance de la frontière commence la règle de ne pas s’arrêter?",
            "Votre procédure écrite le dit : la distance et les lieux où un chauffeur peut s’arrêter. La prochaine édition dira qui"
            " en décide.",
        ),
    ),
    Decided(
        4, "accepted",
        "Yes. A checklist on a tablet is a checklist. The next edition says so.",
        "May the inspection checklist be kept on a tablet?",
        ("¿La lista de inspección puede estar en una tableta?", "Sí. Una lista en una tableta es una lista."),
        ("La liste d’inspection peut-elle être sur une tablette?", "Oui. Une liste sur une tablette est une liste."),
    ),
    Decided(
        6, "explained",
        "A criterion concerns you where your company does what it speaks of. If you keep no seals and handle no cargo, say so on"
        " your company's page; the criteria about them then drop out of your workbook and your training.",
        "Which criteria concern a customs broker that handles no cargo?",
    ),
    Decided(
        9, "explained",
        "A repaired pallet may be used when the repair was done under the rules of ISPM 15 and the mark is right. Ask the"
        " repairer for it in writing.",
        "May repaired wood pallets be used again?",
        (
            "¿Se pueden volver a usar tarimas de madera reparadas?",
            "Sí, cuando la reparación siguió las reglas de la NIMF 15 y la marca es la correcta. Pídalo por escrito a quien repara.",
        ),
        (
            "Peut-on réutiliser des palettes en bois réparées?",
            "Oui, quand la réparation a suivi les règles de la NIMP 15 et que la marque est la bonne. Demandez-le par écrit.",
        ),
    ),
    Decided(
        11, "explained",
        "Yes. 12.1 accepts a training log, a sign-in sheet or an electronic record. Each should show the date, the names and the"
        " topics.",
        "Do our own sign-in sheets count as evidence of training?",
    ),
    Decided(
        15, "out of scope",
        "Whether a supplier's certificate is enough is for your specialist to judge at the validation. Keep it with your records.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meeting:
    """A workshop so many days from today, at this local hour. Two of them lie in the past and were attended."""

    days: int
    hour: int
    office: str
    place: str
    zone: str
    title: str
    criteria: tuple[str, ...]
    language: str = "en"
    seats: int = 30
    reads: tuple[str, ...] = ()


MEETINGS = (
    Meeting(
        -64, 9, "houston", "Sample Conference Center, Houston, Texas", "America/Chicago", "Seals and conveyances at the dock",
        ("5.3", "6.1", "6.2", "6.7"), reads=("seal-security/seals-that-tell-the-truth",),
    ),
    Meeting(
        -13, 13, "miami", "Example Trade Hall, Miami, Florida", "America/New_York", "Cybersecurity for small companies",
        ("4.1", "4.8", "4.12"),
    ),
    Meeting(
        9, 9, "houston", "Sample Conference Center, Houston, Texas", "America/Chicago", "Seals and conveyances at the dock",
        ("5.3", "6.1", "6.2", "6.7"), reads=("seal-security/seals-that-tell-the-truth",), seats=12,
    ),
    Meeting(
        13, 10, "los-angeles", "Specimen Port Hall, Long Beach, California", "America/Los_Angeles",
        "Sellos e inspecciones, paso a paso", ("5.3", "6.1", "6.7"), "es",
    ),
    Meeting(16, 13, "buffalo", "", "America/New_York", "The criteria for carriers, online", ("5.16", "5.29", "12.2"), seats=200),
    Meeting(
        23, 9, "newark", "Placeholder Terminal, Newark, New Jersey", "America/New_York", "Cameras, fences and gates",
        ("9.1", "12.9"),
    ),
)  # fmt: skip

NEWS_TITLE = "Comment on edition 2019"
NEWS = """\
The program collects what members say about the criteria before the next edition is written.

- Read the [criteria](/criteria/) of your kind of company, or its [workbook](/workbooks/).
- Write a [comment](/feedback/): what is unclear, what it costs, what you do already.
- You are told once when it is answered.
"""
NEWS_ES = (
    "Comente la edición 2019",
    """\
El programa reúne lo que los miembros dicen de los criterios antes de escribir la próxima edición.

- Lea los [criterios](/criteria/) de su tipo de empresa, o su [cuaderno](/workbooks/).
- Escriba un [comentario](/feedback/): qué no está claro, qué cuesta, qué hace ya.
- Se le avisa una vez cuando hay respuesta.
""",
)
NEWS_FR = (
    "Commentez l’édition 2019",
    """\
Le programme réunit ce que les membres disent des critères avant d’écrire la prochaine édition.

- Lisez les [critères](/criteria/) de votre type d’entreprise, ou son [cahier](/workbooks/).
- Écrivez un [commentaire](/feedback/) : ce qui n’est pas clair, ce que cela coûte, ce que vous faites déjà.
- Vous êtes averti une fois quand il y a une réponse.
""",
)
# How the first company says it stands, with its notes.
ASSESSED = (
    ("1.1", "met", "Signed in March, hangs in the drivers' room."),
    ("4.1", "partly", "Policy is a draft; the owner signs in December."),
    ("4.8", "not-yet", ""),
    ("5.2", "met", ""),
    ("5.3", "partly", "Night shift has no lamp."),
    ("5.16", "met", ""),
    ("6.1", "met", ""),
    ("6.2", "met", "Seals from one supplier, certificate on file."),
    ("6.6", "not-yet", "Nobody counts the seals on Saturdays."),
    ("12.1", "partly", ""),
)
