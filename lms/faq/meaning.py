"""Words that mean the same in this field, in three languages: whoever asks with one of them finds what is said with another.

Each is used when somebody asks, so what is added or changed here works at once, on everything.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from .words import words

# Parted by commas. A line that begins with spaces goes on with the one above.
_MEANINGS = """
truck, trailer, tractor, container, conveyance, vehicle, rig, lorry, semi, chassis, camión, tráiler, remolque,
    contenedor, vehículo, tractocamión, caja, camion, remorque, conteneur, véhicule, semi-remorque
seal, lock, padlock, bolt, sello, precinto, candado, cerrojo, cerrar, cierro, cierra, sellar, scellé, sceller, plomb, cadenas, verrou,
    verrouiller, fermer
password, passphrase, passcode, login, credentials, contraseña, contraseñas, clave, mot de passe, mots de passe,
    identifiant
pest, insect, bug, vermin, rodent, termite, plaga, insecto, bicho, roedor, ravageur, nuisible, insecte, rongeur
mud, dirt, soil, seed, plant, contamination, contaminant, lodo, barro, tierra, semilla, contaminación, boue, terre,
    saleté, graine
clean, wash, sweep, disinfect, limpiar, lavar, limpieza, barrer, nettoyer, laver, nettoyage, balayer
wood, pallet, dunnage, packaging, ispm, madera, tarima, palet, embalaje, bois, palette, emballage
driver, trucker, chofer, chófer, conductor, operador, chauffeur, conducteur, camionneur
employee, worker, staff, personnel, workforce, empleado, trabajador, personal, employé, travailleur, salarié
hire, hiring, recruit, applicant, candidate, onboard, contratar, contratación, solicitante, candidato, embaucher,
    embauche, recruter, candidat
background check, vetting, screening, criminal record, verificación de antecedentes, antecedentes, vérification des
    antécédents, antécédents
fired, terminated, dismissed, quit, resign, separation, despido, despedido, renuncia, baja, licencié, licenciement,
    démission, départ
train, training, course, class, lesson, module, learn, teach, capacitación, capacitar, curso, formación,
    entrenamiento, lección, formation, cours, leçon, former
quiz, test, exam, cuestionario, examen, épreuve, évaluation
certificate, diploma, certificado, constancia, certificat, attestation
visitor, guest, visitante, visita, visiteur, visite
badge, id card, identification, identity, access card, gafete, credencial, identificación, insigne, carte d'accès,
    pièce d'identité
key, keys, llave, llaves, clé, clés, clef
camera, cctv, video, surveillance, footage, cámara, videovigilancia, vigilancia, grabación, caméra, vidéosurveillance,
    enregistrement
fence, wall, barrier, perimeter, gate, cerca, barda, valla, muro, reja, perímetro, portón, clôture, mur, barrière,
    périmètre, portail
light, lighting, lamp, dark, iluminación, alumbrado, luz, luces, lámpara, éclairage, lumière, lampe
alarm, sensor, intrusion, alarma, alarme, capteur
guard, watchman, vigilante, guardia, gardien, garde
inspection, inspect, examine, walkaround, look over, inspección, inspeccionar, revisión, revisar, inspecter, vérifier,
    vérification
smuggling, contraband, drugs, narcotics, contrabando, droga, narcóticos, contrebande, drogue, stupéfiants
stolen, theft, steal, pilferage, robo, robado, hurto, vol, volé
partner, supplier, vendor, contractor, subcontractor, provider, socio, proveedor, contratista, subcontratista,
    partenaire, fournisseur, sous-traitant
cargo, load, freight, goods, merchandise, shipment, carga, mercancía, flete, embarque, envío, fret, marchandise,
    cargaison, chargement, expédition
warehouse, yard, facility, building, dock, premises, almacén, bodega, patio, instalación, edificio, andén, entrepôt,
    cour, installation, bâtiment, quai
tamper, tampered, broken, damaged, cut, altered, alterado, roto, dañado, violado, altéré, brisé, endommagé, coupé
document, record, paperwork, proof, evidence, log, documento, registro, comprobante, evidencia, preuve, registre,
    dossier
policy, procedure, written, política, procedimiento, por escrito, politique, procédure, par écrit
validation, validate, audit, validación, validar, auditoría, valider, vérificateur
computer, network, system, server, computadora, ordenador, red, sistema, servidor, ordinateur, réseau, système,
    serveur
cyber, cybersecurity, it security, ciberseguridad, cibernético, cybersécurité, informatique
malware, virus, ransomware, hacker, hacked, attack, ataque, pirata informático, attaque, pirate, rançongiciel,
    logiciel malveillant
phishing, scam, social engineering, suspicious email, estafa, correo sospechoso, ingeniería social, hameçonnage,
    arnaque, courriel suspect
backup, back up, copy, respaldo, respaldar, copia de seguridad, sauvegarde, sauvegarder, copie de sécurité
multi factor, multifactor, two factor, mfa, 2fa, doble factor, dos factores, multifactor, multifacteur, deux facteurs,
    double authentification
phone, cell phone, mobile, smartphone, laptop, usb, teléfono, celular, móvil, portátil, téléphone, cellulaire,
    ordinateur portable, clé usb
remote, home, vpn, telework, remoto, teletrabajo, casa, distance, télétravail, domicile
update, patch, upgrade, actualización, actualizar, parche, mise à jour, correctif
gps, track, tracking, telematics, monitor, rastreo, rastrear, monitoreo, suivi, suivre, repérage, géolocalisation
deadline, due date, enforcement, plazo, fecha límite, vencimiento, échéance, délai, date limite
yearly, annual, annually, every year, once a year, anual, anualmente, cada año, annuel, annuelle, chaque année
must, required, requirement, mandatory, obligatorio, requisito, exigido, obligatoire, exigence, exigé
cost, price, pay, expense, expensive, costo, precio, pagar, gasto, coût, prix, payer, dépense
report, notify, hotline, incident, reportar, denunciar, avisar, notificar, incidente, signaler, avertir, aviser
crisis, emergency, disaster, continuity, emergencia, desastre, continuidad, urgence, catastrophe, crise, continuité
risk, threat, vulnerability, hazard, riesgo, amenaza, vulnerabilidad, risque, menace, vulnérabilité
forced labor, child labor, forced labour, slavery, human rights, trabajo forzoso, trabajo infantil, esclavitud,
    derechos humanos, travail forcé, travail des enfants, esclavage, droits de la personne
money laundering, laundering, terrorism financing, lavado de dinero, blanqueo, blanchiment, blanchiment d'argent
customs, cbp, border, aduana, frontera, douane, frontière
small company, small business, pequeña empresa, empresa pequeña, petite entreprise
mail, package, parcel, courier, paquete, correo, mensajería, colis, courrier
manifest, bill of lading, manifiesto, carta de porte, manifeste, connaissement
""".strip()

_NEXT = re.compile(r"\n(?! )")
MEANINGS: tuple[frozenset[str], ...] = tuple(
    frozenset(" ".join(words(term)) for term in line.split(",")) for line in _NEXT.split(_MEANINGS)
)
LONGEST_PHRASE = max(term.count(" ") + 1 for meaning in MEANINGS for term in meaning)
# Every single word of them, for whoever mistypes one.
VOCABULARY = frozenset(word for meaning in MEANINGS for term in meaning for word in term.split())

_OF_TERM: dict[str, set[int]] = defaultdict(set)
for _number, _meaning in enumerate(MEANINGS):
    for _term in _meaning:
        _OF_TERM[_term].add(_number)

# Endings of the three languages, and what stands in their place in the word of the list.
_ENDINGS = (("s", ""), ("es", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("ies", "y"), ("aux", "al"))


def same(term: str) -> tuple[str, ...]:
    """What means the same as a word, bent or not, or as several words; the term itself comes first."""
    numbers = next((_OF_TERM[form] for form in _forms(term) if form in _OF_TERM), set())
    return (term, *sorted({other for n in numbers for other in MEANINGS[n]} - {term}))


def _forms(term: str) -> Iterator[str]:
    yield term
    for ending, instead in _ENDINGS:
        if term.endswith(ending) and len(term) - len(ending) > 2:
            yield term.removesuffix(ending) + instead
