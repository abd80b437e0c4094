"""Why Le Comptoir Mariette exists, and what both sides promise."""

from datetime import date, timedelta

from vigie.communities.actions.opening import Aim
from vigie.communities.rules import Independence, ObjectiveKind


def objectives(today: date) -> list[Aim]:
    return [
        Aim(
            ObjectiveKind.CREATE,
            "Idées de membres réalisées en magasin, preuve à l’appui",
            target=12,
            due=today + timedelta(days=240),
        ),
        Aim(
            ObjectiveKind.UNDERSTAND,
            "Décisions du comité produit appuyées sur une réunion",
            target=20,
            due=today + timedelta(days=300),
            baseline=3,
        ),
    ]


def term(today: date) -> dict[str, date]:
    starts_on = today - timedelta(days=45)
    return {
        "starts_on": starts_on,
        "renews_on": starts_on + timedelta(days=275),
        "ends_on": starts_on + timedelta(days=365),
    }


TEXT = {
    "sponsor": "Les magasins Mariette, direction de l’offre",
    "readers": "L’animatrice et son second, qui mènent les réunions\n"
    "La cheffe de produit du vrac et des caisses\n"
    "Le magasin de Nantes, qui essaie le premier\n"
    "La responsable de la communauté, qui garde cette charte",
    "data_use": "Vos mots servent à décider ce que les magasins changent, et à le vérifier ensuite.\n"
    "Ils ne servent jamais à vous vendre quoi que ce soit, et ne sortent pas de Mariette.\n"
    "Ils sont effacés, ou rendus anonymes, 24 mois après votre départ.",
    "members_get": "Une réponse datée à chaque idée, oui ou non, avec la raison.\n"
    "Le compte rendu de chaque réunion sous trente jours.\n"
    "Des points, échangeables ou à verser au pot commun.",
    "brand_conventions": "Dire qui nous lit, et quand.\n"
    "Répondre à chaque idée sous trente jours.\n"
    "Publier nos retards, avec l’explication.\n"
    "Ne jamais chercher qui se cache derrière un pseudonyme.",
    "member_conventions": "Parler de ce que l’on a vécu.\n"
    "Contredire, oui ; se moquer, non.\n"
    "Garder pour soi les produits montrés avant leur sortie.\n"
    "Prévenir quand on ne vient pas : une place libre se donne.",
    "independence": Independence.CO_LED.value,
    "privacy_notice": "Mariette vous interroge pour améliorer ses magasins, avec votre accord, que vous pouvez retirer "
    "à tout moment depuis votre compte.\n\n"
    "Vos réponses sont lues sous votre pseudonyme. Votre nom, votre adresse et votre téléphone sont gardés à part : "
    "une personne habilitée peut les ouvrir un par un, pour une raison écrite que vous pouvez lire.\n\n"
    "Vos réponses sont effacées ou rendues anonymes 24 mois après votre départ. Vous pouvez les lire, les corriger, "
    "les emporter ou les effacer depuis votre compte, ou en écrivant à l’adresse de contact. "
    "Vous pouvez aussi saisir la CNIL.",
}
