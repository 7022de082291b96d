"""Generated names: the matcher and a second one, written from the readings alone, must say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcuaudit.domain.name_lists import escape_name, split_names
from mcuaudit.domain.outcome import Outcome
from mcuaudit.identity import match, prepare
from tests.identity.cases import read_table
from tests.identity.certificates import record
from tests.oracles.literal_matcher import OPEN_QUESTIONS, Names, Wanted, answers, decides, outcome
from tests.sampling import so_many

EXAMPLES = so_many(500, whole=5_000)

HOSTS = ("mcu1", "mcu1.example.com", "m_1.example.com", "xn--mnchen-3ya.example.com", "k.example.com", "example.com")
ADDRESSES = {
    "10.1.2.3": ("10.1.2.3", "010.1.2.3", "10.1.2.03", "10.66051", "[10.1.2.3]", "10.1.2.3/32"),
    "2001:db8::1": ("2001:db8::1", "2001:DB8:0:0::1", "[2001:db8::1]", "2001:db8::1%1", "2001:db8:0:0:0:0:0:1"),
    "::ffff:10.1.2.3": ("::ffff:10.1.2.3", "::FFFF:a01:203", "[::ffff:10.1.2.3]", "::10.1.2.3"),
}
ENDINGS = ("", ".", "..", "\x00", "\x00.evil.org", " ", "\n", ".evil.org", ":5061")
BEGINNINGS = ("", " ", ".", "x", "-", "\u200b")


def _wildcards(host: str) -> list[str]:
    first, dot, rest = host.partition(".")
    _, dot_2, last = rest.partition(".")
    return [
        f"*{dot}{rest}", f"{first[0]}*{dot}{rest}", f"*{first[-1]}{dot}{rest}", f"{first}*{dot}{rest}",
        f"**{dot}{rest}", f"{first}{dot}*{dot_2}{last}", f"*{dot}*{dot_2}{last}", f"*{dot}{host}",
        f"{first[0]}*x{dot}{rest}", "*", "*.com",
    ]  # fmt: skip


@lru_cache
def presented_texts(wanted: str) -> tuple[str, ...]:
    """Names like the one wanted, many with something odd about them; the good ones several times."""
    bases = [*ADDRESSES[wanted]] if wanted in ADDRESSES else [wanted, wanted.upper(), *_wildcards(wanted)]
    others = [*HOSTS, *ADDRESSES, "*.example.com", ""]
    odd = [beginning + base + ending for base in bases for beginning in BEGINNINGS for ending in ENDINGS]
    odd += [base.replace("k", "\u212a").replace("1", "\uff11") for base in bases]
    return (*[wanted] * (len(odd) // 2), *bases * (len(odd) // len(bases)), *others * 2, *odd)


@lru_cache
def uris(wanted: str) -> tuple[str, ...]:
    """URIs around such names."""
    chosen = Random(wanted)
    return tuple(_uri(chosen, presented_texts(wanted)) for _ in range(5_000))


def _uri(chosen: Random, texts: tuple[str, ...]) -> str:
    scheme = chosen.choice(("sip:", "sip:", "sip:", "sip:", "SIP:", "sips:", "sips:", "https://", "sip://", "tel:", ""))
    user = chosen.choice(("",) * 12 + ("alice@", "alice@", "a:b@", "@", "a;b@", "a@b@", "a?b=c@"))
    host = chosen.choice(texts)
    if ":" in host and "[" not in host and chosen.random() < 0.8:
        host = f"[{host}]"
    port = chosen.choice(("",) * 10 + (":5061", ":5061", ":", ":123456", ":x"))
    parameters = chosen.choice(("",) * 12 + (";transport=tls", "?a=b", ";", "/x", ";a@b", "#x"))
    return f"{scheme}{user}{host}{port}{parameters}"


@lru_cache
def _certificates(wanted: str) -> st.SearchStrategy[Names]:
    """Names of certificates without and with a subjectAltName; kept, for making a strategy costs more than using it."""
    texts, uri_texts = st.sampled_from(presented_texts(wanted)), st.sampled_from(uris(wanted))
    addresses = st.sampled_from(((), (), ("10.1.2.3",), ("2001:db8::1",), ("10.1.2.4", "::ffff:10.1.2.3")))
    without = st.builds(Names, cns=st.lists(texts, max_size=3).map(tuple), san=st.just(False))
    beside = st.builds(
        Names,
        uris=st.lists(uri_texts, max_size=2).map(tuple),
        dns=st.lists(texts, max_size=2).map(tuple),
        ips=addresses,
        cns=st.lists(texts, max_size=2).map(tuple),
    )
    return st.one_of(without, beside, beside)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Names, Wanted, str]:
    """Names of a certificate, what is wanted, and a text that refers to it."""
    wanted = draw(st.sampled_from((*HOSTS, *ADDRESSES)))
    names = draw(_certificates(wanted))
    if wanted in ADDRESSES:
        bracketed = f"[{wanted}]" if ":" in wanted else wanted
        forms = (wanted, bracketed, f"{bracketed}:5061", f"sip:{bracketed}", f"https://{bracketed}/RPC2")
        return names, Wanted(wanted), draw(st.sampled_from(forms))
    wanted += draw(st.sampled_from(("", "", "", ".")))
    forms = (wanted, wanted.upper(), f" {wanted}", f"sip:alice@{wanted}:5061;x=y", f"https://{wanted}/", f"{wanted}:80")
    return names, Wanted(wanted), draw(st.sampled_from(forms))


def compare(names: Names, wanted: Wanted, reference: str, count: Counter[Any]) -> None:
    """Both matchers on one question, by every standard."""
    certificate = prepare(record(names.uris, names.dns, names.ips, names.cns, names.san))
    for standard in OPEN_QUESTIONS:
        first = match(certificate, reference, standard)
        found = answers(standard, names, wanted)
        assert first.outcome.value == outcome(found), (standard, first)
        if first.outcome is Outcome.OPEN:
            assert decides(first.reading, found), (standard, first)
        if first.outcome is Outcome.PASS:
            assert first.reading is None, (standard, first)
        if first.presented:
            texts = {"uri": names.uris, "dns": names.dns, "cn": names.cns}.get(first.found_in)
            assert texts is None or first.presented in {escape_name(text) for text in texts}
        count[standard, first.outcome.value] += 1


def test_both_matchers_agree_on_generated_names(score: Callable[[str], None]) -> None:
    count: Counter[Any] = Counter()
    seen: set[tuple[Names, str]] = set()

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(questions())
    def agree(question: tuple[Names, Wanted, str]) -> None:
        names, wanted, reference = question
        compare(names, wanted, reference, count)
        seen.add((names, reference))

    agree()
    score(
        f"identities, generated names: {len(seen)} distinct pairs with a certificate, {_verdicts(count)}, differences 0"
    )
    # Thin evidence would show here: a standard whose passes or refusals were hardly ever generated.
    assert len(seen) >= EXAMPLES * 3 // 5
    for standard in OPEN_QUESTIONS:
        for word in ("pass", "open", "fail"):
            assert count[standard, word] >= EXAMPLES // 400, (standard, word, count)


def test_both_matchers_agree_on_the_table(score: Callable[[str], None]) -> None:
    count: Counter[Any] = Counter()
    for case in read_table():
        names = _names(case.names)
        wanted = _wanted(case.reference)
        compare(names, wanted, case.reference, count)
    score(f"identities, table, second matcher: {_verdicts(count)}, differences 0")


def _names(words: str) -> Names:
    pairs = [word.partition(":")[::2] for word in split_names(words)]
    by_kind = {kind: tuple(text for found, text in pairs if found == kind) for kind in ("uri", "dns", "ip", "cn")}
    san = any(kind != "cn" for kind, _ in pairs)
    return Names(by_kind["uri"], by_kind["dns"], by_kind["ip"], by_kind["cn"], san)


def _wanted(reference: str) -> Wanted:
    """The table's references by plain text surgery, so that the parser is not asked."""
    bare = reference.lower().split("//")[-1].split("/")[0].removeprefix("sips:").removeprefix("sip:").split("@")[-1]
    bare = bare.split(";")[0]
    if "]" in bare:
        bare = bare[1 : bare.index("]")]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    return Wanted(bare.replace("münchen", "xn--mnchen-3ya"))


def _verdicts(count: Counter[Any]) -> str:
    total = Counter[str]()
    for (_, word), number in count.items():
        total[word] += number
    return f"{total.total()} verdicts ({', '.join(f'{total[word]} {word}' for word in ('pass', 'open', 'fail'))})"
