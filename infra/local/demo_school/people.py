"""Names, streets and towns to make families of."""

FIRST_NAMES = (
    "Amélie", "Anaïs", "Benoît", "Camille", "Chloé", "Clément", "Élodie", "Émile", "Fatima", "François",
    "Gaëlle", "Hélène", "Inès", "Jérôme", "Joëlle", "Karim", "Léa", "Loïc", "Maëlys", "Mathieu",
    "Nadège", "Noémie", "Océane", "Olivier", "Raphaël", "Rémi", "Sébastien", "Thaïs", "Théo", "Zoé",
)  # fmt: skip

LAST_NAMES = (
    "Aïssaoui", "Béranger", "Bœuf", "Carpentier", "Chauvet", "Cœurdevey", "Crépin", "Da Silva", "D’Arras",
    "De La Tour", "Delacroix", "Desprez", "Diallo", "Dufaÿ", "Ferré", "Garçon", "Gauthier-Noël", "Gérard",
    "Guérin", "Haÿ", "Jäger", "Lebègue", "Lefèvre", "Le Goff", "L’Hôte", "Maréchal", "Muñoz", "Nguyên",
    "N’Diaye", "Œuvrard", "Pérotin", "Préjean", "Rameau-Clérambault", "Saint-Saëns", "Schœlcher", "Tessier",
    "Thévenet", "Vœgtlé", "Weckerlé", "Yıldız",
)  # fmt: skip

STREETS = (
    "rue de l’Église", "rue des Frères-Lumière", "avenue du Général-de-Gaulle", "place de l’Hôtel-de-Ville",
    "impasse du Chœur", "rue Nadia-Boulanger", "chemin des Écoliers", "allée des Tilleuls", "rue du Bœuf",
    "boulevard Hector-Berlioz",
)  # fmt: skip

TOWNS = (
    ("80000", "Amiens"), ("80440", "Boves"), ("80480", "Saleux"), ("80330", "Longueau"), ("80136", "Rivery"),
    ("80450", "Camon"), ("80260", "Villers-Bocage"), ("80800", "Corbie"),
)  # fmt: skip

ACTIVITIES = (
    ("PIANO", "Cours de piano", 21_000),
    ("VIOLON", "Cours de violon", 21_000),
    ("GUITARE", "Cours de guitare", 19_500),
    ("CHANT", "Chœur d’enfants", 9_000),
    ("DANSE", "Danse classique", 16_500),
    ("EVEIL", "Éveil musical", 12_000),
    ("CANTINE", "Cantine & goûter", 6_240),
)
"""Code, words on the invoice, price of a term in cents."""
