"""The project's own schemas beside the official ones: they accept less, and never more."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from diapason.sepa.profiles import PROFILES
from diapason.sepa.text import is_sepa_reference, sepa_text
from tests.unit.sepa.bank_file_examples import VERSIONS, rich_file
from tests.unit.sepa.faulty_files import ALLOWED_BY_ISO, REFUSED_BY_ISO
from tests.unit.sepa.official_schemas import OFFICIAL, official_schema

OWN = {version: etree.XMLSchema(file=str(PROFILES[version].schema_path)) for version in VERSIONS}


def cases(faults):
    return [
        pytest.param(fault, version, id=f"{fault.name} in {version}")
        for fault in faults
        for version in fault.versions
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_writer_emits_is_accepted(version):
    OWN[version].assertValid(etree.fromstring(rich_file(version)))


@pytest.mark.parametrize(("fault", "version"), cases(ALLOWED_BY_ISO + REFUSED_BY_ISO))
def test_a_fault_is_refused(fault, version):
    assert not OWN[version].validate(etree.fromstring(fault.file(version)))


@pytest.mark.parametrize(
    ("fault", "version", "source"),
    [
        pytest.param(fault, version, source, id=f"{fault.name} in {version}, schema {source}")
        for fault in ALLOWED_BY_ISO
        for version, source in OFFICIAL
        if version in fault.versions
    ],
)
def test_the_official_schema_would_let_the_fault_through(fault, version, source):
    official_schema(version, source).assertValid(etree.fromstring(fault.file(version)))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("other", VERSIONS)
def test_a_schema_accepts_its_own_version_alone(version, other):
    assert OWN[version].validate(etree.fromstring(rich_file(other))) == (version == other)


# --- Whatever ours accepts, ISO accepts -----------------------------------------------------------------

NAMES_OF_ISO = [
    "Nm",
    "Id",
    "Othr",
    "Cd",
    "Prtry",
    "PstlAdr",
    "Ctry",
    "TwnNm",
    "AdrLine",
    "RmtInf",
    "UltmtDbtr",
    "UltmtCdtr",
    "Purp",
    "SeqTp",
    "AmdmntInd",
    "AmdmntInfDtls",
    "OrgnlMndtId",
    "OrgnlCdtrSchmeId",
    "OrgnlDbtr",
    "OrgnlDbtrAcct",
    "OrgnlDbtrAgt",
    "IBAN",
]
BLANKS_AROUND_DATE = re.compile(r"\s*[0-9]{4}-[0-9]{2}-\S*\s*")


def without_blanks_around_date(text):
    """XML Schema ignores them, libxml2 only where a type carries a pattern. The writer emits none, and
    rereading the file refuses them."""
    return text.strip() if BLANKS_AROUND_DATE.fullmatch(text) else text


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=150),
    st.text(st.sampled_from("aZ09/-?:().,'+ "), max_size=150),
    st.from_regex(r"[0-9]{1,16}(\.[0-9]{1,6})?", fullmatch=True),
    st.from_regex(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?(Z|\+01:00)?", fullmatch=True),
    st.from_regex(r"[A-Z0-9]{2,35}", fullmatch=True),
    st.sampled_from(
        ["true", "false", "1", "FRST", "RCUR", "FNAL", "OOFF", "RPRE", "CORE", "B2B", "SEPA", "SLEV", "SMNDA"]
    ),
).map(without_blanks_around_date)


def change_text(element, text, _chance):
    element.text = text


def remove(element, _text, _chance):
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def repeat(element, _text, _chance):
    if (parent := element.getparent()) is not None:
        parent.append(etree.fromstring(etree.tostring(element)))


def shuffle(element, _text, chance):
    children = list(element)
    chance.shuffle(children)
    element[:] = children


def rename(element, _text, chance):
    element.tag = etree.QName(etree.QName(element).namespace, chance.choice(NAMES_OF_ISO)).text


def copy_from_elsewhere(element, _text, chance):
    found = chance.choice(list(element.getroottree().iter()))
    element[:] = [etree.fromstring(etree.tostring(child)) for child in found]


CHANGES = [change_text, change_text, change_text, remove, repeat, shuffle, rename, copy_from_elsewhere]


def changed(version, changes):
    root = etree.fromstring(rich_file(version))
    for change, place, text, seed in changes:
        elements = list(root.iter())
        leaves = [element for element in elements if not len(element)]
        among = leaves if change is change_text else elements
        try:
            change(among[place % len(among)], text, random.Random(seed))
        except ValueError:  # a text that no XML document can hold
            continue
    return root


@pytest.mark.parametrize(("version", "source"), OFFICIAL)
@settings(max_examples=150, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(CHANGES), st.integers(0, 500), TEXTS, st.integers(0, 99)), max_size=3
    )
)
def test_whatever_the_project_accepts_iso_accepts(version, source, changes):
    root = changed(version, changes)
    if OWN[version].validate(root):
        official_schema(version, source).assertValid(root)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_comparison_meets_accepted_and_refused_files(version):
    """The property above would hold of itself if each change made the file invalid in both."""
    chance = random.Random(1)
    texts = ["Martin", "2026-12-01", "12.50", "RUM//1", "FRST", "FR76", "é", "x" * 60]
    verdicts = [
        OWN[version].validate(
            changed(version, [(change_text, chance.randrange(500), chance.choice(texts), 0)])
        )
        for _ in range(200)
    ]
    assert 20 < sum(verdicts) < 180


# --- The schema and the rules in Python say the same --------------------------------------------------------


def accepts(version, old, text):
    root = etree.fromstring(rich_file(version))
    next(element for element in root.iter() if element.text == old).text = text
    return OWN[version].validate(root)


@given(st.text(st.sampled_from("aZ0/-?:().,'+ é&_<"), min_size=1, max_size=35))
def test_references_agree_with_the_text_rule(text):
    assert accepts("08", "2026-12-001-000001", text) == is_sepa_reference(text)


@given(st.text(st.characters(max_codepoint=0x17F, exclude_categories=["Cc"]), min_size=1, max_size=70))
def test_names_agree_with_the_text_rule(text):
    assert accepts("08", "Martin Dupont", text) == (sepa_text(text, 70) == text)
