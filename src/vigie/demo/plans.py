"""The three sessions of the demo: what is planned, for whom, with which guide."""

from dataclasses import dataclass

from vigie.live.protocol.state import ItemKind

MESSAGE, QUESTION, INSTRUCTION = ItemKind.MESSAGE, ItemKind.QUESTION, ItemKind.INSTRUCTION


@dataclass(frozen=True)
class Item:
    name: str
    kind: ItemKind
    text: str
    minutes: int = 0
    must_ask: bool = False


@dataclass(frozen=True)
class Plan:
    title: str
    agenda: str
    guide: tuple[Item, ...]
    minutes: int = 75
    seats: int = 10


EXPRESS = Plan(
    title="Caisse express",
    agenda="La caisse sans caissière : quand vous y allez, quand vous la fuyez, et ce qui vous ferait changer d’avis.",
    guide=(
        Item(
            "accueil",
            MESSAGE,
            "Bonsoir et bienvenue. Je m’appelle Sophie, j’anime cette réunion. L’équipe de Mariette suit cette réunion "
            "sans intervenir. Vous portez ici un nom d’emprunt, tiré pour ce soir seulement. Dites bonjour.",
            5,
        ),
        Item(
            "derniere",
            QUESTION,
            "Racontez votre dernier passage en caisse express. Quel jour, combien d’articles, et comment cela a fini ?",
            15,
            True,
        ),
        Item("ecouter", INSTRUCTION, "Laisser venir les ratés sans les commenter. Relancer une fois sur l’attente."),
        Item("choix", QUESTION, "En arrivant devant les caisses, que regardez-vous pour choisir ?", 15, True),
        Item("envie", QUESTION, "À quel moment précis avez-vous envie de partir ?", 10, True),
        Item("retirer", QUESTION, "Si vous pouviez retirer une seule chose de nos caisses express, laquelle ?", 10),
        Item(
            "idee",
            QUESTION,
            "Une idée, pas une promesse : une personne volante, debout parmi les caisses, qui vient avant qu’on "
            "l’appelle. Qu’en pensez-vous, à quelles conditions ?",
            15,
            True,
        ),
        Item("fin", INSTRUCTION, "Dire la date du compte rendu. Ne rien promettre d’autre."),
    ),
)

VRAC = Plan(
    title="Le vrac sans corvée",
    agenda="Vos bocaux, vos poids, vos gestes : ce qui vous fait acheter en vrac, ce qui vous fait renoncer.",
    guide=(
        Item(
            "accueil",
            MESSAGE,
            "Bonsoir et bienvenue. Je m’appelle Sophie. L’équipe de Mariette suit cette réunion sans intervenir. "
            "Aucune réponse n’est fausse. Contredire, oui, se moquer, non. Prenez votre temps.",
            5,
        ),
        Item("tour", QUESTION, "Pour commencer : votre dernier achat en vrac, c’était quoi, c’était quand ?", 8, True),
        Item(
            "geste", QUESTION, "Racontez le geste, du bocal vide au bocal plein. Où est-ce que cela coince ?", 15, True
        ),
        Item("peser", INSTRUCTION, "Si la pesée revient trois fois, passer plus vite sur la question suivante."),
        Item("renoncer", QUESTION, "Le dernier jour sans vrac : qu’avez-vous pris à la place, et pourquoi ?", 12, True),
        Item("prix", QUESTION, "Devant le silo, comment savez-vous si c’est cher ?", 10),
        Item(
            "consigne",
            QUESTION,
            "Une idée, pas une promesse : un bocal prêt, déjà rempli, consigné 1 €. Vous le rapportez quand vous "
            "voulez. Qu’est-ce qui vous plaît, qu’est-ce qui vous retient ?",
            20,
            True,
        ),
        Item("merci", MESSAGE, "Merci. Un dernier mot pour l’équipe de Mariette, si vous en avez un.", 5),
    ),
)

RAYON = Plan(
    title="Un rayon à vous",
    agenda="Trois mètres de rayon confiés aux membres pendant un mois. Qu’y mettez-vous, qu’en retirez-vous ?",
    guide=(
        Item("accueil", MESSAGE, "Bonsoir et bienvenue. L’équipe de Mariette suit cette réunion sans intervenir.", 5),
        Item("manque", QUESTION, "Qu’achetez-vous ailleurs parce que vous ne le trouvez pas chez nous ?", 15, True),
        Item("retirer", QUESTION, "Trois mètres, pas un de plus. Que retirez-vous pour faire de la place ?", 20, True),
        Item("nom", QUESTION, "Comment s’appelle ce rayon ?", 10),
    ),
)
#: The names of the past evening, and whose they were. A name is drawn for one session: it is no pseudonym.
EXPRESS_ALIASES = {
    "Érable": "Estragon",
    "Camélia": "Cannelle",
    "Merle bleu": "Basilic",
    "Pollen": "Fenouil",
    "Ricochet": "Paprika",
    "Corail": "Romarin",
    "Quartz": "Muscade",
    "Genêt": "Origan",
    "Roseau": "Laurier",
    "Brise": "Verveine",
}
#: Who is invited now, and next week.
VRAC_GUESTS = (
    "Merle bleu", "Érable", "Silex", "Nacre", "Tilleul", "Ajonc", "Bruyère", "Mirabelle", "Safran", "Galet",
)  # fmt: skip
RAYON_GUESTS = ("Merle bleu", "Camélia", "Silex", "Loriot", "Fougère", "Aubépine", "Sarment", "Lichen", "Alizé")
