"""Who is who in the demo. Everybody is invented."""

from dataclasses import dataclass

from vigie.communities.access import Role

SLUG, NAME, BRAND = "mariette", "Le Comptoir Mariette", "Mariette"
PHONE, ADDRESS = "02 00 00 00 00", "bonjour@mariette.example"

SOPHIE, MALIK, HELENE, KARIM, CLAIRE = "Sophie A.", "Malik R.", "Hélène V.", "Karim B.", "Claire D."
MERLE_BLEU = "Merle bleu"


@dataclass(frozen=True)
class Character:
    pseudonym: str
    role: Role
    title: str = ""
    name: str = ""

    @property
    def email(self) -> str:
        plain = str.maketrans("éèêâï ", "eeeai.", ".")
        return f"{self.pseudonym.lower().translate(plain)}@mariette.example"


TEAM = (
    Character(SOPHIE, Role.MODERATOR, "animatrice", "Sophie Andrieu"),
    Character(MALIK, Role.MODERATOR, "second", "Malik Rahmani"),
    Character(HELENE, Role.OBSERVER, "cheffe de produit", "Hélène Vasseur"),
    Character(KARIM, Role.OBSERVER, "magasin de Nantes", "Karim Belkacem"),
    Character(CLAIRE, Role.MANAGER, "responsable", "Claire Danjou"),
)
MEMBERS = tuple(
    Character(pseudonym, Role.MEMBER, name=name)
    for pseudonym, name in (
        (MERLE_BLEU, "Marine Lebreton"),
        ("Érable", "Étienne Robin"),
        ("Camélia", "Camille Lia"),
        ("Silex", "Simon Lexcellent"),
        ("Nacre", "Nadine Crespin"),
        ("Tilleul", "Thibault Leclerc"),
        ("Ajonc", "Anne Joncour"),
        ("Pollen", "Paul Lenoir"),
        ("Bruyère", "Brigitte Hyères"),
        ("Corail", "Coralie Aillet"),
        ("Loriot", "Laurent Riot"),
        ("Mirabelle", "Mireille Abel"),
        ("Genêt", "Geneviève Netter"),
        ("Roseau", "Rose Aubry"),
        ("Quartz", "Quentin Artaud"),
        ("Safran", "Samia Franqui"),
        ("Fougère", "François Gervais"),
        ("Ricochet", "Richard Cochet"),
        ("Brise", "Brice Isnard"),
        ("Galet", "Gaëlle Letellier"),
        ("Aubépine", "Aude Pineau"),
        ("Sarment", "Sarah Menthon"),
        ("Lichen", "Lise Chenal"),
        ("Alizé", "Ali Zerrouki"),
    )
)
#: Who enters by each of the front page's doors.
DOORS = {"member": MERLE_BLEU, "moderator": SOPHIE, "observer": HELENE, "manager": CLAIRE}


def character(pseudonym: str) -> Character:
    return next(one for one in (*TEAM, *MEMBERS) if one.pseudonym == pseudonym)
