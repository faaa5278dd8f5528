"""The demo schools as creditors: what their administrators have set, right and wrong."""

from diapason.domain.creditor import (
    AddressRule,
    BicRule,
    Ceilings,
    CreditedAccount,
    MessageVersion,
    Organisation,
    PublicAccount,
    School,
)
from diapason.domain.mandates import Scheme
from diapason.domain.parties import Address
from diapason.domain.presentations import SequenceRule
from infra.local.demo_school.accounts import french_iban, french_iban_of_wrong_check_digits

CREDITOR_ID = "FR72ZZZ123456"
_SIRET = "99999001300016"
_AMIENS = Address("3 place de l’Orgue", "80000", "Amiens", "FR")

SCHOOLS = {
    school.id: school
    for school in (
        School("ecole-demo", "École de musique Nadia-Boulanger", direct_debit=True),
        School("ecole-voisine", "Conservatoire du Val-de-Noye", direct_debit=True),
        School("ecole-sans-option", "École de danse de Boves", direct_debit=False),
        School("ecole-sans-ics", "Atelier vocal de Corbie", direct_debit=True),
        School("ecole-ics-faux", "Harmonie de Longueau", direct_debit=True),
    )
}
"""The last three show what blocks a school as a whole."""

ORGANISATIONS = {
    "ecole-demo": Organisation("École de musique Nadia-Boulanger", CREDITOR_ID, _SIRET, _AMIENS),
    "ecole-voisine": Organisation(
        name="Conservatoire du Val-de-Noye",
        creditor_id="FR19ZZZ654321",
        siret="99999002100019",
        address=Address("12 rue du Chœur", "80250", "Ailly-sur-Noye", "FR"),
    ),
    "ecole-sans-option": Organisation("École de danse de Boves", CREDITOR_ID),
    "ecole-sans-ics": Organisation("♪ ♫"),
    "ecole-ics-faux": Organisation("Harmonie de Longueau", "FR71ZZZ123456"),
}

_PRINCIPAL = CreditedAccount(
    "principal", "Compte principal", french_iban("30004", 1_001), version=MessageVersion.V08
)
_ACTIVITIES = CreditedAccount(
    "activites",
    "Compte des activités",
    french_iban("30003", 1_002),
    version=MessageVersion.V07,
    address_rule=AddressRule.STRUCTURED,
    names_ultimate_debtor=True,
    ceilings=Ceilings(line_cents=50_000, customer_month_cents=60_000, batch_cents=500_000),
)
_OLD = CreditedAccount(
    "ancien",
    "Ancien compte (la banque exige BIC et FRST)",
    french_iban("20041", 1_003),
    version=MessageVersion.V02,
    lead_days=2,
    bic_rule=BicRule.REQUIRED,
    sequence_rule=SequenceRule.FIRST,
)
_BETWEEN_COMPANIES = CreditedAccount(
    "interentreprises",
    "Compte interentreprises (B2B)",
    french_iban("30066", 1_004),
    scheme=Scheme.B2B,
    address_rule=AddressRule.HYBRID,
)
_TREASURY = PublicAccount(
    service="TGDFT027",
    codique="080012",
    accounting_office="Service de gestion comptable d’Amiens",
    office_address=Address("22 rue de l’Amiral-Courbet", "80000", "Amiens", "FR"),
    holder="Régie de l’école Nadia-Boulanger",
    iban_text=french_iban("30003", 1_005),
)
_PUBLIC = CreditedAccount(
    "regie", "Régie (dépôt de fonds au Trésor)", french_iban("30003", 1_006), public_account=_TREASURY
)

SOUND_ACCOUNTS = (_PRINCIPAL, _ACTIVITIES, _OLD, _BETWEEN_COMPANIES, _PUBLIC)

SPOILT_ACCOUNTS = (
    CreditedAccount("clos", "Exemple : compte clos", french_iban("30004", 1_010), closed=True),
    CreditedAccount("iban-faux", "Exemple : IBAN faux", french_iban_of_wrong_check_digits("30004", 1_011)),
    CreditedAccount("bic-faux", "Exemple : BIC faux", french_iban("30004", 1_012), bic_text="BNPA"),
    CreditedAccount(
        "emetteur-faux",
        "Exemple : émetteur faux",
        french_iban("30004", 1_013),
        initiating_party_id="/régie/",
    ),
    CreditedAccount(
        "regie-incomplete",
        "Exemple : profil « compte au Trésor » incomplet",
        french_iban("30003", 1_014),
        public_account=PublicAccount("TGDFT027", "", "", Address(country=""), "Régie", ""),
    ),
)
"""What the API refuses: settings as they are taken over from older software."""

CREDITED_ACCOUNTS = {
    "ecole-demo": SOUND_ACCOUNTS + SPOILT_ACCOUNTS,
    "ecole-voisine": (_PRINCIPAL, _ACTIVITIES, _OLD),
    "ecole-sans-option": (_PRINCIPAL,),
    "ecole-sans-ics": (_PRINCIPAL,),
    "ecole-ics-faux": (_PRINCIPAL,),
}
