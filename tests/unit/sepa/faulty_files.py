"""Faults that a bank refuses, each made by one replacement in a valid file."""

from typing import NamedTuple

from tests.unit.sepa.bank_file_examples import rich_file


class Fault(NamedTuple):
    """``new`` stands in the place of the first ``old``."""

    name: str
    old: str
    new: str
    versions: tuple[str, ...] = ("02", "07", "08")

    def file(self, version: str) -> bytes:
        valid = rich_file(version).decode()
        faulty = valid.replace(self.old, self.new, 1)
        assert faulty != valid, "the fault was not made"
        return faulty.encode()


_ACCOUNT = "<IBAN>FR1420041010050500013M02606</IBAN>"
_NAME = "<Nm>Martin Dupont</Nm>"
_REMITTANCE = "<Ustrd>Facture F-0001</Ustrd>"
_END_TO_END = "<EndToEndId>2026-12-001-000001</EndToEndId>"
_AMOUNT = '<InstdAmt Ccy="EUR">123.45</InstdAmt>'
_CREATED = "<CreDtTm>2026-11-21T19:30:15</CreDtTm>"
_MANDATE = (
    "<DrctDbtTx><MndtRltdInf><MndtId>RUM-0001</MndtId><DtOfSgntr>2024-09-01</DtOfSgntr>"
    "</MndtRltdInf></DrctDbtTx>"
)
_CREDITOR_SCHEME = (
    "<CdtrSchmeId><Id><PrvtId><Othr><Id>FR72ZZZ123456</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm>"
    "</Othr></PrvtId></Id></CdtrSchmeId>"
)
_ADDRESS = "<StrtNm>12, bd des Moulins</StrtNm><PstCd>98000</PstCd><TwnNm>Monaco</TwnNm><Ctry>MC</Ctry>"
_ORGANISATION = "<Othr><Id>73282932000074</Id><SchmeNm><Prtry>SIRET</Prtry></SchmeNm></Othr>"
_ULTIMATE_DEBTOR = "<UltmtDbtr><Nm>Lea D'Herouville</Nm></UltmtDbtr>"
_PLACE = "<PstlAdr><TwnNm>Monaco</TwnNm><Ctry>MC</Ctry></PstlAdr>"
_SMNDA = "<AmdmntInfDtls><OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct></AmdmntInfDtls>"
_SMNDA_IN_THE_OLD_PLACE = (
    "<AmdmntInfDtls><OrgnlDbtrAgt><FinInstnId><Othr><Id>SMNDA</Id></Othr></FinInstnId></OrgnlDbtrAgt>"
    "</AmdmntInfDtls>"
)
_FORMER_CREDITOR = (
    "<OrgnlCdtrSchmeId><Nm>OGEC Saint-Joseph</Nm><Id><PrvtId><Othr><Id>FR78ZZZ424242</Id><SchmeNm>"
    "<Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></OrgnlCdtrSchmeId>"
)
_FORMER_AGENT = "<OrgnlCdtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></OrgnlCdtrAgt>"
_LINE = "<AdrLine>Mme Anne-Marie de La Rochefoucauld</AdrLine>"
_HYBRID = "<PstlAdr><PstCd>80000</PstCd><TwnNm>Amiens</TwnNm><Ctry>FR</Ctry><AdrLine>"
_UETR = "<UETR>eb6305c9-1f7f-49de-aed0-16487c27b42d</UETR>"


def _with(old: str, part: str, other: str) -> tuple[str, str]:
    assert part in old
    return old, old.replace(part, other)


ALLOWED_BY_ISO = [
    Fault("an account number in lower case", *_with(_ACCOUNT, "M02606", "m02606")),
    Fault("an account number too short for any country", *_with(_ACCOUNT, "0041010050500013M02606", "00")),
    Fault("three decimals", *_with(_AMOUNT, "123.45", "123.450")),
    Fault("one decimal", *_with(_AMOUNT, "123.45", "123.4")),
    Fault("no decimals", *_with(_AMOUNT, "123.45", "123")),
    Fault("a zero amount", *_with(_AMOUNT, "123.45", "0.00")),
    Fault("an amount of a milliard", *_with(_AMOUNT, "123.45", "1000000000.00")),
    Fault("an amount with a sign", *_with(_AMOUNT, "123.45", "+123.45")),
    Fault("an amount with leading zeros", *_with(_AMOUNT, "123.45", "00123.45")),
    Fault("dollars", *_with(_AMOUNT, "EUR", "USD")),
    Fault("a name of 71", *_with(_NAME, "Martin Dupont", "x" * 71)),
    Fault("a name of one blank", *_with(_NAME, "Martin Dupont", " ")),
    Fault("a blank after a name", *_with(_NAME, "Dupont", "Dupont ")),
    Fault("two blanks in a name", *_with(_NAME, " ", "  ")),
    Fault("an accented letter", *_with(_NAME, "Martin", "Marti\u00f1")),
    Fault("an escaped ampersand", *_with(_NAME, "Martin", "Martin &amp; fils")),
    Fault("a character reference", *_with(_NAME, "Martin", "Martin&#64;x")),
    Fault("a debtor without a name", _NAME, "<CtryOfRes>FR</CtryOfRes>"),
    Fault("two remittance texts", _REMITTANCE, _REMITTANCE * 2),
    Fault("structured remittance", _REMITTANCE, "<Strd><CdtrRefInf><Ref>R1</Ref></CdtrRefInf></Strd>"),
    Fault("an empty remittance", f"<RmtInf>{_REMITTANCE}</RmtInf>", "<RmtInf/>"),
    Fault("an underscore in a remittance text", *_with(_REMITTANCE, "F-", "F_")),
    Fault("a reference with two slashes", *_with(_END_TO_END, "-001-", "//001-")),
    Fault("a reference with two slashes around a blank", *_with(_END_TO_END, "-001-", "/ /001-")),
    Fault("a reference that begins with a slash", *_with(_END_TO_END, ">2026", ">/2026")),
    Fault("a reference that ends with a slash", *_with(_END_TO_END, "000001<", "000001/<")),
    Fault("a message id with a slash at its end", "<MsgId>2026-12-001<", "<MsgId>2026-12-001/<"),
    Fault("a mandate reference with two slashes", "<MndtId>RUM-0001<", "<MndtId>RUM//0001<"),
    Fault("a creation time in UTC", *_with(_CREATED, "15<", "15Z<")),
    Fault("a creation time with an offset", *_with(_CREATED, "15<", "15+01:00<")),
    Fault("a creation time with a fraction", *_with(_CREATED, "15<", "15.25<")),
    Fault("a collection date with an offset", "2026-12-01</ReqdColltnDt>", "2026-12-01+01:00</ReqdColltnDt>"),
    Fault("a signature date in UTC", "2024-09-01</DtOfSgntr>", "2024-09-01Z</DtOfSgntr>"),
    Fault("an end-to-end transaction reference", _END_TO_END, _END_TO_END + _UETR, ("08",)),
    Fault("an instruction id", _END_TO_END, "<InstrId>I1</InstrId>" + _END_TO_END),
    Fault("no control sum in the file", "<CtrlSum>1000000123.47</CtrlSum>", ""),
    Fault("no count in a group", "<NbOfTxs>2</NbOfTxs>", ""),
    Fault("a count with leading zeros", "<NbOfTxs>4<", "<NbOfTxs>004<"),
    Fault("a control sum with five decimals", "1000000123.47<", "1000000123.47000<"),
    Fault("batch booking in digits", "<BtchBookg>true<", "<BtchBookg>1<"),
    Fault("no local instrument", "<LclInstrm><Cd>CORE</Cd></LclInstrm>", ""),
    Fault("an unknown local instrument", "<Cd>CORE<", "<Cd>COR1<"),
    Fault("a service level other than SEPA", "<Cd>SEPA<", "<Cd>URGP<"),
    Fault("no sequence type", "<SeqTp>RCUR</SeqTp>", ""),
    Fault("a re-presentation", "<SeqTp>RCUR<", "<SeqTp>RPRE<", ("07", "08")),
    Fault("charges on the debtor", "<ChrgBr>SLEV<", "<ChrgBr>DEBT<"),
    Fault("no charge bearer", "<ChrgBr>SLEV</ChrgBr>", ""),
    Fault("no creditor scheme", _CREDITOR_SCHEME, ""),
    Fault("a name in the creditor scheme", "<CdtrSchmeId>", "<CdtrSchmeId><Nm>OGEC</Nm>"),
    Fault("a creditor identifier in lower case", "FR72ZZZ123456", "fr72zzz123456"),
    Fault("a creditor identifier of another scheme", "<Prtry>SEPA<", "<Prtry>CORE<"),
    Fault("a debit without a mandate", _MANDATE, "<DrctDbtTx/>"),
    Fault("a mandate without a date of signature", "<DtOfSgntr>2024-09-01</DtOfSgntr>", ""),
    Fault("a mandate without a reference", "<MndtId>RUM-0001</MndtId>", ""),
    Fault("an agent named in other words", ">NOTPROVIDED<", ">UNKNOWN<"),
    Fault("an agent without a code", "<Othr><Id>NOTPROVIDED</Id></Othr>", ""),
    Fault("a BIC whose bank has a digit", "PSSTFRPPPAR", "PS5TFRPPPAR", ("08",)),
    Fault("an address in lines alone", "<TwnNm>Monaco</TwnNm><Ctry>MC</Ctry>", "<AdrLine>Monaco</AdrLine>"),
    Fault("an address without a country", "<Ctry>MC</Ctry>", ""),
    Fault("an empty address", _ADDRESS, ""),
    Fault("an initiating party without a name", "<InitgPty><Nm>OGEC Sainte-Marie</Nm>", "<InitgPty>"),
    Fault("an organisation without an identifier", _ORGANISATION, ""),
    Fault("an organisation whose scheme has no name", "<Prtry>SIRET</Prtry>", "<Cd>SIRE</Cd>"),
    Fault("an ultimate debtor without a name", _ULTIMATE_DEBTOR, "<UltmtDbtr/>"),
    Fault("an ultimate debtor with an address", "</Nm></UltmtDbtr>", f"</Nm>{_PLACE}</UltmtDbtr>"),
    Fault("an ultimate creditor without a name", "<Nm>Regie du conservatoire</Nm>", ""),
    Fault("an ultimate creditor for one debit", "<DbtrAgt>", "<UltmtCdtr><Nm>X</Nm></UltmtCdtr><DbtrAgt>"),
    Fault("a creditor's address without a town", "<TwnNm>Amiens</TwnNm>", ""),
    Fault("an address of three free lines", _LINE, _LINE + _LINE),
    Fault("free lines beside a street", *_with(_HYBRID, "<PstCd>", "<StrtNm>Rue</StrtNm><PstCd>")),
    Fault("an amendment that says nothing", _SMNDA, "<AmdmntInfDtls/>"),
    Fault("an amendment without its indicator", f"<AmdmntInd>true</AmdmntInd>{_SMNDA}", _SMNDA),
    Fault("an amendment that is denied", "<AmdmntInd>true<", "<AmdmntInd>false<"),
    Fault("an amendment indicated by a digit", "<AmdmntInd>true<", "<AmdmntInd>1<"),
    Fault("an amendment indicated and not described", _SMNDA, ""),
    Fault("another bank in the old place", _SMNDA, _SMNDA_IN_THE_OLD_PLACE),
    Fault("another bank in other words", "<Id>SMNDA<", "<Id>SMNDB<"),
    Fault("a former agent of the creditor", "<OrgnlDbtrAcct>", _FORMER_AGENT + "<OrgnlDbtrAcct>"),
    Fault("a former debtor", "<OrgnlDbtrAcct>", "<OrgnlDbtr><Nm>Zoe</Nm></OrgnlDbtr><OrgnlDbtrAcct>"),
    Fault("a former creditor without name and identifier", _FORMER_CREDITOR, "<OrgnlCdtrSchmeId/>"),
    Fault(
        "a former creditor identifier of another scheme",
        "<Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></OrgnlCdtrSchmeId>",
        "<Prtry>CORE</Prtry></SchmeNm></Othr></PrvtId></Id></OrgnlCdtrSchmeId>",
    ),
    Fault("a former mandate with two slashes", "<OrgnlMndtId>RUM-0000<", "<OrgnlMndtId>RUM//0000<"),
    Fault("an electronic signature", "</AmdmntInfDtls>", "</AmdmntInfDtls><ElctrncSgntr>x</ElctrncSgntr>"),
    Fault("a purpose", "<RmtInf>", "<Purp><Cd>EDUC</Cd></Purp><RmtInf>"),
    Fault(
        "a second currency on the account", "</IBAN></Id></DbtrAcct>", "</IBAN></Id><Ccy>EUR</Ccy></DbtrAcct>"
    ),
]

REFUSED_BY_ISO = [
    Fault("an unknown element", "<RmtInf>", "<Note>x</Note><RmtInf>"),
    Fault("no payment method", "<PmtMtd>DD</PmtMtd>", ""),
    Fault("a repeated element", _NAME, _NAME * 2),
    Fault("an empty name", *_with(_NAME, "Martin Dupont", "")),
    Fault("a missing currency", ' Ccy="EUR"', ""),
    Fault("an unknown attribute", "<Dbtr>", '<Dbtr kind="x">'),
    Fault("text between elements", "<Dbtr>", "<Dbtr>text"),
    Fault("a negative amount", *_with(_AMOUNT, "123.45", "-123.45")),
    Fault("a day that does not exist", "2026-12-01", "2026-02-30"),
    Fault("a time that does not exist", "T19:30:15", "T25:30:15"),
    Fault("a reference of 36", *_with(_END_TO_END, "2026-12-001-000001", "x" * 36)),
    Fault("a remittance text of 141", *_with(_REMITTANCE, "Facture F-0001", "x" * 141)),
    Fault("another namespace", 'xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008', 'xmlns="urn:x:pain.008'),
    Fault("a group without debits", "</PmtInf>\n<PmtInf>", "</PmtInf>\n<PmtInf/>\n<PmtInf>"),
]

BROKEN_XML = [
    Fault("an end tag that does not fit", "</Dbtr>", "</Dbtr2>"),
    Fault("a bare ampersand", *_with(_NAME, " ", " & ")),
    Fault("an unknown entity", *_with(_NAME, " ", "&nbsp;")),
    Fault("a control character", *_with(_NAME, " ", "\x01")),
    Fault("something after the end", "</Document>", "</Document><Document/>"),
    Fault("no end", "</Document>", ""),
]
