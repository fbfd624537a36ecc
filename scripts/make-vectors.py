#!/usr/bin/env python3
"""Make the test vectors of SPEC §2.3, §3 and §4, independently of the code they test.

    python3 scripts/make-vectors.py            write vectors/cobblestone-256/*.json, vectors/links.json and vectors/pins.json
    python3 scripts/make-vectors.py --check    compare with what is there; exit 1 if anything differs

Needs Python 3.9 or newer and the `cryptography` package. All keys and salts are
derived from fixed labels, so every run gives the same vectors.

Long messages would make large files. Their plaintext is therefore chosen so that
the encrypted bytes (but not the tags) are all zero, and the sealed bytes are given
as a deflated stream. Nothing else about them is special.
"""

import base64
import hashlib
import json
import sys
import unicodedata
import zlib
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

VECTORS = Path(__file__).resolve().parent.parent / "vectors"

CHUNK_BYTES = 16384
TAG_BYTES = 16
SALT_BYTES = 24
HEADER_BYTES = SALT_BYTES + 32
INFO = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM"


def fixed(label, count):
    """`count` bytes that look random and are the same in every run."""
    return hashlib.shake_256(b"letterlock vectors: " + label.encode()).digest(count)


# ---- Cobblestone-256, SPEC §4. ----


def derive(key, salt, context):
    """SPEC §4.1: the AES key, the base nonce and the commitment."""
    okm = HKDFExpand(SHA512(), 76, INFO + b"\0" + salt + context).derive(key)
    return okm[:32], okm[32:44], okm[44:]


def nonce_of(base_nonce, index):
    """SPEC §4.2: the base nonce XOR the index as 12 bytes big-endian."""
    return bytes(a ^ b for a, b in zip(base_nonce, index.to_bytes(12, "big")))


def seal(key, salt, context, plaintext):
    """Sealed bytes as a list: the header, then one entry a chunk."""
    aes_key, base_nonce, commitment = derive(key, salt, context)
    chunks = [
        AESGCM(aes_key).encrypt(nonce_of(base_nonce, i), plaintext[i * CHUNK_BYTES : (i + 1) * CHUNK_BYTES], None)
        for i in range(len(plaintext) // CHUNK_BYTES + 1)
    ]
    return [salt + commitment, *chunks]


def plaintext_sealing_to_zeros(key, salt, context, count):
    """A plaintext of `count` bytes whose encrypted bytes are all zero: the key stream itself."""
    aes_key, base_nonce, _ = derive(key, salt, context)
    plaintext = b""
    for i in range(count // CHUNK_BYTES + 1):
        length = min(CHUNK_BYTES, count - i * CHUNK_BYTES)
        # In GCM with a 12-byte nonce, counter 1 makes the tag and counter 2 the first block.
        counter = nonce_of(base_nonce, i) + (2).to_bytes(4, "big")
        plaintext += Cipher(algorithms.AES(aes_key), modes.CTR(counter)).encryptor().update(bytes(length))
    return plaintext


class Refused(Exception):
    """Names the layer of SPEC §4.3 that does not hold."""


def open_sealed(key, context, sealed):
    """SPEC §4.3, in its order. Used to check every vector before it is written."""
    if len(key) != 32 or len(sealed) < HEADER_BYTES:
        raise Refused("header")
    aes_key, base_nonce, commitment = derive(key, sealed[:SALT_BYTES], context)
    if commitment != sealed[SALT_BYTES:HEADER_BYTES]:
        raise Refused("commitment")
    plaintext, rest, index = b"", sealed[HEADER_BYTES:], 0
    while True:
        chunk, rest = rest[: CHUNK_BYTES + TAG_BYTES], rest[CHUNK_BYTES + TAG_BYTES :]
        if len(chunk) < TAG_BYTES:
            raise Refused("end")
        try:
            plaintext += AESGCM(aes_key).decrypt(nonce_of(base_nonce, index), chunk, None)
        except Exception:
            raise Refused("chunk") from None
        if len(chunk) < CHUNK_BYTES + TAG_BYTES:
            return plaintext
        index += 1


def flipped(data, at, mask=1):
    """`data` with one bit of one byte changed."""
    changed = bytearray(data)
    changed[at] ^= mask
    return bytes(changed)


def scenario(comment, key, context, sealed, plaintext=None, refused_by=None):
    """One vector, opened once here to see that it says the truth about itself."""
    try:
        opened, refusal = open_sealed(key, context, sealed), None
    except Refused as error:
        opened, refusal = None, str(error)
    assert refusal == refused_by, (comment, refusal, refused_by)
    assert refused_by or opened == plaintext, comment

    vector = {"comment": comment, "key": key.hex(), "context": context.hex()}
    if len(sealed) <= 1024:
        vector["sealed"] = sealed.hex()
    else:
        vector["sealedDeflated"] = base64.b64encode(zlib.compress(sealed, 9)).decode()
        vector["sealedBytes"] = len(sealed)
        vector["sealedSha256"] = hashlib.sha256(sealed).hexdigest()
    if refused_by is None:
        if len(plaintext) <= 1024:
            vector["plaintext"] = plaintext.hex()
        else:
            vector["plaintextBytes"] = len(plaintext)
            vector["plaintextSha256"] = hashlib.sha256(plaintext).hexdigest()
        return {**vector, "valid": True}
    return {**vector, "valid": False, "refusedBy": refused_by}


def sealing(label, context, plaintext_bytes):
    """Key, salt, plaintext and sealed parts of a message of the given length."""
    key, salt = fixed(label + " key", 32), fixed(label + " salt", SALT_BYTES)
    plaintext = plaintext_sealing_to_zeros(key, salt, context, plaintext_bytes)
    return key, salt, plaintext, seal(key, salt, context, plaintext)


def cobblestone_scenarios():
    context = b"letterlock/v1 content\0" + fixed("id", 16)
    vectors = {}

    # Good ones.
    for name, comment, plaintext in [
        ("empty", "No plaintext: one empty last chunk.", b""),
        ("one-byte", "One byte of plaintext.", b"\0"),
        ("short-text", "A short text.", "Grüße, and one 🔑.".encode()),
    ]:
        key, salt = fixed(name + " key", 32), fixed(name + " salt", SALT_BYTES)
        vectors[name] = scenario(comment, key, context, b"".join(seal(key, salt, context, plaintext)), plaintext)
    for name, comment, count in [
        ("one-byte-short-of-a-chunk", "16383 bytes: the longest message of one chunk.", CHUNK_BYTES - 1),
        ("exactly-one-chunk", "16384 bytes: one full chunk and an empty last one.", CHUNK_BYTES),
        ("one-chunk-plus-one", "16385 bytes: one full chunk and a last one of one byte.", CHUNK_BYTES + 1),
        ("three-chunks", "Two full chunks and a last one of 1000 bytes.", 2 * CHUNK_BYTES + 1000),
        (
            "chunk-counter-over-256",
            "257 full chunks and a last one of 5 bytes: the index crosses a byte of the nonce.",
            257 * CHUNK_BYTES + 5,
        ),
    ]:
        key, _, plaintext, parts = sealing(name, context, count)
        vectors[name] = scenario(comment, key, context, b"".join(parts), plaintext)
    key, salt = fixed("no context key", 32), fixed("no context salt", SALT_BYTES)
    vectors["empty-context"] = scenario(
        "The format allows an empty context; Letterlock never uses one.",
        key, b"", b"".join(seal(key, salt, b"", b"no context")), b"no context",
    )  # fmt: skip

    # Bad ones: the header and the commitment.
    key, salt = fixed("short key", 32), fixed("short salt", SALT_BYTES)
    header, last = seal(key, salt, context, b"a message that must not open")
    sealed = header + last

    def bad(name, refused_by, comment, sealed=sealed, key=key, context=context):
        vectors[name] = scenario(comment, key, context, sealed, refused_by=refused_by)

    bad("too-short-for-header", "header", "55 bytes: one short of salt and commitment.", sealed[: HEADER_BYTES - 1])
    bad("nothing-at-all", "header", "No bytes.", b"")
    bad("key-of-16-bytes", "header", "The key has 16 bytes.", key=key[:16])
    bad("wrong-key", "commitment", "Sealed with another key.", key=fixed("another key", 32))
    bad("wrong-context", "commitment", "Sealed for another id.", context=context[:-16] + fixed("another id", 16))
    bad("context-without-id", "commitment", "The context lacks the id.", context=context[:-16])
    bad("salt-changed", "commitment", "One bit of the salt is changed.", flipped(sealed, 0))
    bad("commitment-changed", "commitment", "One bit of the commitment's first byte is changed.", flipped(sealed, SALT_BYTES))
    bad(
        "commitment-last-byte-changed", "commitment", "One bit of the commitment's last byte is changed.",
        flipped(sealed, HEADER_BYTES - 1),
    )  # fmt: skip

    # Bad ones: the end. The header is right in all of them.
    bad("header-only", "end", "A right header and no chunk.", header)
    bad("last-chunk-shorter-than-a-tag", "end", "The last chunk has 15 bytes.", header + last[: TAG_BYTES - 1])

    # Bad ones: the chunks.
    bad("only-chunk-flipped", "chunk", "One bit of the only chunk is changed.", flipped(sealed, HEADER_BYTES))
    bad("tag-flipped", "chunk", "One bit of the last byte, in a tag, is changed.", flipped(sealed, len(sealed) - 1))
    bad("trailing-byte", "chunk", "One byte follows the last chunk.", sealed + b"\0")
    bad("trailing-chunk", "chunk", "A right chunk of index 1 follows the short last chunk.", sealed + chunk_at(key, salt, context, 1, b"more"))

    key3, salt3, plaintext3, (header3, first, second, last3) = sealing("long", context, 2 * CHUNK_BYTES + 1000)

    def bad_long(name, refused_by, comment, *parts):
        bad(name, refused_by, comment, b"".join(parts), key=key3)

    bad_long("first-chunk-flipped", "chunk", "One bit of the first of three chunks is changed.", header3, flipped(first, 0), second, last3)
    bad_long("middle-chunk-flipped", "chunk", "One bit of the second of three chunks is changed.", header3, first, flipped(second, 8000), last3)
    bad_long("last-chunk-flipped", "chunk", "One bit of the last of three chunks is changed.", header3, first, second, flipped(last3, 0))
    bad_long("last-chunk-truncated", "chunk", "The last byte is missing.", header3, first, second, last3[:-1])
    bad_long("last-chunk-missing", "end", "The last chunk is missing: two right full chunks, then nothing.", header3, first, second)
    bad_long("first-chunk-missing", "chunk", "The first chunk is missing.", header3, second, last3)
    bad_long("chunks-swapped", "chunk", "The two full chunks are swapped.", header3, second, first, last3)
    bad_long("chunk-duplicated", "chunk", "The first chunk stands twice.", header3, first, first, second, last3)
    bad_long("last-chunk-duplicated", "chunk", "The last chunk stands twice.", header3, first, second, last3, last3)
    bad_long("cut-inside-a-full-chunk", "chunk", "The end lies inside the second chunk.", header3, first, second[:9000])

    full = plaintext3[:CHUNK_BYTES]
    bad_long(
        "final-chunk-full-size", "end", "One right chunk of 16384 bytes, and no shorter one after it.",
        header3, chunk_at(key3, salt3, context, 0, full),
    )  # fmt: skip

    return vectors


def chunk_at(key, salt, context, index, plaintext):
    """One encrypted chunk at any index."""
    aes_key, base_nonce, _ = derive(key, salt, context)
    return AESGCM(aes_key).encrypt(nonce_of(base_nonce, index), plaintext, None)


# ---- Links, SPEC §3. ----

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
KEY_BYTES = {1: 32, 2: 48, 3: 48, 4: 32}
PAGES = {1: "/s", 2: "/receipt", 3: "/f", 4: "/r"}


def check_of(body):
    return hashlib.sha256(b"letterlock link" + body).digest()[:3]


def base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def format_token(version, key):
    body = bytes([version]) + key
    return base58(body + check_of(body))


def parse_token(text):
    """Version and key, or None for a damaged token. SPEC §3.1."""
    if not 0 < len(text) <= 72 or any(c not in ALPHABET for c in text):
        return None
    number = 0
    for c in text:
        number = number * 58 + ALPHABET.index(c)
    zeros = len(text) - len(text.lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(data) < 4 or KEY_BYTES.get(data[0]) != len(data) - 4 or check_of(data[:-3]) != data[-3:]:
        return None
    return data[0], data[1:-3]


def token_in(fragment):
    """The longest leading run of letters and digits of the trimmed fragment. SPEC §3.3."""
    run = ""
    for c in fragment.strip():
        if not (c.isascii() and c.isalnum()):
            break
        run += c
    return run


def link_vectors():
    tokens = []
    for version, count in KEY_BYTES.items():
        for label, key in [
            ("random", fixed(f"token {version}", count)),
            ("random", fixed(f"token {version} again", count)),
            ("all zero", bytes(count)),
            ("all ones", b"\xff" * count),
        ]:
            token = format_token(version, key)
            assert parse_token(token) == (version, key)
            tokens.append({"version": version, "page": PAGES[version], "why": f"{label} key", "key": key.hex(), "token": token})

    token = tokens[0]["token"]
    receipt = next(t["token"] for t in tokens if t["version"] == 2)
    address = "https://secrets.example"
    readable = [
        ("as it is", token),
        ("full stop", token + "."),
        ("closing angle bracket", token + ">"),
        ("closing parenthesis and comma", token + "),"),
        ("quotation mark", token + '"'),
        ("slash", token + "/"),
        ("tracking parameter", token + "&utm_source=x"),
        ("query", token + "?x"),
        ("encoded space and text", token + "%20thanks"),
        ("hyphen and text", token + "-and-more"),
        ("another number sign", token + "#x"),
        ("spaces around", "  " + token + " "),
        ("tab before", "\t" + token),
        ("no-break space after", token + "\u00a0"),
        ("letter outside ASCII after", token + "é"),
        ("line break and text", token + "\nSent from my phone"),
        ("carriage return and line feed around", "\r\n" + token + "\r\n"),
        ("receipt, full stop", receipt + "."),
    ]
    for why, fragment in readable:
        assert parse_token(token_in(fragment)), why

    pasted = [
        ("the whole link", f"{address}/s#{token}", token),
        ("a base path", f"{address}/tools/letterlock/s#{token}", token),
        ("inside a sentence", f"Here it is: {address}/s#{token}. Bye", token),
        ("in angle brackets", f"<{address}/s#{token}>", token),
        ("encoded number sign", f"{address}/s%23{token}", token),
        ("number sign encoded twice", f"{address}/s%2523{token}", token),
        ("the token alone", f" {token}\n", token),
        ("a receipt link", f"{address}/receipt#{receipt}", receipt),
    ]
    paths = [
        ("encoded number sign", f"/s%23{token}", token),
        ("encoded number sign and tracking parameter", f"/s%23{token}&utm_source=x", token),
        ("encoded number sign below a base path", f"/tools/letterlock/s%23{token}", token),
        ("receipt, encoded number sign", f"/receipt%23{receipt}", receipt),
    ]

    swapped = token[:20] + token[21] + token[20] + token[22:]
    key = bytes.fromhex(tokens[0]["key"])
    zero_led = base58(b"\0" + bytes([1]) + key + check_of(bytes([1]) + key))
    damaged = [
        ("empty", ""),
        ("white space", "  \n"),
        ("not base58", "O0Il" + token[4:]),
        ("only characters outside base58", "O0Il"),
        ("punctuation first", "." + token),
        ("letter outside ASCII first", "é" + token),
        ("lower-cased", token.lower()),
        ("upper-cased", token.upper()),
        ("one character changed", token[:10] + ("2" if token[10] != "2" else "3") + token[11:]),
        ("last character changed", token[:-1] + ("2" if token[-1] != "2" else "3")),
        ("two neighbours swapped", swapped),
        ("cut by one", token[:-1]),
        ("cut in half", token[:24]),
        ("first character missing", token[1:]),
        ("one character too long", token + "2"),
        ("a word grown on", token + "and"),
        ("twice", token + token),
        ("far too long", token * 50),
        ("a leading 1", "1" + token),
        ("a leading zero byte", zero_led),
        ("key of 31 bytes", format_token(1, key[:31])),
        ("key of 33 bytes", format_token(1, key + b"\1")),
        ("version 1 with the length of version 2", format_token(1, fixed("wrong length", 48))),
        ("version 2 with the length of version 1", format_token(2, key)),
        ("version 4 with the length of version 3", format_token(4, fixed("wrong length", 48))),
        ("unknown version 0", format_token(0, key)),
        ("unknown version 5", format_token(5, key)),
        ("unknown version 255", format_token(255, key)),
        ("version changed, check kept", base58(bytes([4]) + key + check_of(bytes([1]) + key))),
        ("check of zeros", base58(bytes([1]) + key + bytes(3))),
    ]
    for why, fragment in damaged:
        assert fragment != token and parse_token(token_in(fragment)) is None, why

    return {
        "comment": "Tokens and fragments of SPEC §3. readable, pasted and paths give the token; damaged ones are refused before any request.",
        "tokens": tokens,
        "readable": [{"why": why, "fragment": f, "token": token_in(f)} for why, f in readable],
        "pasted": [{"why": why, "text": text, "token": t} for why, text, t in pasted],
        "paths": [{"why": why, "path": path, "token": t} for why, path, t in paths],
        "damaged": [{"why": why, "fragment": f} for why, f in damaged],
    }


# ---- PIN texts, SPEC §2.3. ----

PIN_CODE_POINTS_MAX = 256

# The property White_Space of PropList.txt. Python's str.isspace() holds U+001C to U+001F as well, which do not have it.
WHITE_SPACE = "".join(map(chr, [*range(0x9, 0xE), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]))


def fold_pin(typed):
    """The PIN text, or None if nothing or too much is left."""
    digits = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in typed)
    folded = unicodedata.normalize("NFKC", digits).strip(WHITE_SPACE)
    return folded if 1 <= len(folded) <= PIN_CODE_POINTS_MAX else None


def is_portable(folded):
    """Whether the sender's side takes it: nothing unassigned, no control characters, no half of a surrogate pair."""
    return not any(unicodedata.category(c) in ("Cn", "Cc", "Cs") for c in folded)


def digits_from(zero, digits="4711"):
    """The same number in the script whose digit zero is given."""
    return "".join(chr(zero + int(c)) for c in digits)


def pin_scenarios():
    """Pairs of a reason and what was typed. Only code points whose properties stand since Unicode 6.3 or longer, and
    noncharacters, which will never be assigned: so every engine's tables fold them alike."""
    scripts = [
        ("Arabic-Indic", 0x660), ("Persian and Urdu", 0x6F0), ("N'Ko", 0x7C0), ("Devanagari", 0x966), ("Bengali", 0x9E6),
        ("Tamil", 0xBE6), ("Thai", 0xE50), ("Lao", 0xED0), ("Tibetan", 0xF20), ("Myanmar", 0x1040), ("Khmer", 0x17E0),
        ("Mongolian", 0x1810), ("full-width", 0xFF10), ("Osmanya, outside the BMP", 0x104A0),
        ("mathematical bold", 0x1D7CE), ("mathematical double-struck", 0x1D7D8), ("mathematical sans-serif", 0x1D7E2),
        ("mathematical sans-serif bold", 0x1D7EC), ("mathematical monospace", 0x1D7F6),
    ]  # fmt: skip
    yield from [(f"digits: {name}", digits_from(zero)) for name, zero in scripts]
    yield from [(f"all ten digits: {name}", digits_from(zero, "0123456789")) for name, zero in scripts]
    yield "digits: three scripts in one PIN", "\u0664\u06f7\uff11" + "1"

    yield from [
        ("as it is", "4711"),
        ("letter case counts", "Ab cD"),
        ("inner spaces count, each of them", "a  b"),
        ("a letter outside ASCII", "Stra\u00dfe"),
        ("composed", "caf\u00e9"),
        ("composed by NFKC", "cafe\u0301"),
        ("marks put in order by NFKC", "a\u0323\u0302"),
        ("marks in another order, the same PIN", "a\u0302\u0323"),
        ("Hangul syllable", "\uac01"),
        ("Hangul by its parts, the same PIN", "\u1100\u1161\u11a8"),
        ("ligature fi", "\ufb01sh"),
        ("ligature ffl", "ra\ufb04e"),
        ("Arabic ligature of two letters", "\ufefb"),
        ("circled digit, which is no decimal digit", "\u2460"),
        ("circled number of two digits", "\u2469"),
        ("parenthesised digit, which gives three characters", "\u2474"),
        ("superscript and subscript digits", "\u00b2\u2083"),
        ("vulgar fraction", "\u00bd"),
        ("Roman numeral of one character", "\u2163"),
        ("Chinese numerals stay letters", "\u56db\u4e03\u4e00\u4e00"),
        ("half-width kana", "\uff76\uff85"),
        ("half-width kana with a voiced mark", "\uff76\uff9e"),
        ("full-width letters", "\uff30\uff49\uff4e"),
        ("mathematical letters", "\U0001d40f\U0001d422\U0001d427"),
        ("long s", "\u017fecret"),
        ("Ohm sign", "\u2126"),
        ("outside the BMP", "\U0001f511\U0001f41f"),
        ("family of emoji, joined", "\U0001f468\u200d\U0001f469"),
    ]

    yield from [(f"white space at both ends: U+{ord(c):04X}", c + "4711" + c) for c in WHITE_SPACE]
    yield from [(f"white space inside: U+{ord(c):04X}", "47" + c + "11") for c in WHITE_SPACE]
    yield "many kinds of white space at the ends", WHITE_SPACE + "4711" + WHITE_SPACE[::-1]
    yield "full-width digits between ideographic spaces", "\u3000" + digits_from(0xFF10) + "\u3000"
    for name, c in [
        ("zero width space", "\u200b"), ("zero width no-break space", "\ufeff"), ("Mongolian vowel separator", "\u180e"),
        ("left-to-right mark", "\u200e"), ("soft hyphen", "\u00ad"), ("word joiner", "\u2060"),
    ]:  # fmt: skip
        yield f"no white space, and stays: {name}", c + "4711" + c
    yield "a mark that NFKC takes apart from its space", "\u00b44711"
    yield "a cedilla alone, which becomes a space and a mark", "47\u00b8"

    yield from [
        ("empty", ""),
        ("one space", " "),
        ("only white space of every kind", WHITE_SPACE),
        ("one code point", "7"),
        ("256 code points", "7" * 256),
        ("257 code points", "7" * 257),
        ("256 code points and white space around them", "  " + "7" * 256 + "\n"),
        ("256 code points outside the BMP", "\U0001f511" * 256),
        ("257 code points outside the BMP", "\U0001f511" * 257),
        ("256 ligatures, which become 512", "\ufb01" * 256),
        ("128 ligatures, which become 256", "\ufb01" * 128),
        ("512 code points that become 256", "e\u0301" * 256),
    ]

    yield from [(f"control character: U+{c:04X}", f"47{chr(c)}11") for c in (0x0, 0x1, 0x7, 0x1B, 0x1F, 0x7F, 0x80, 0x9F)]
    yield from [(f"control character at the end, no white space: U+{c:04X}", f"4711{chr(c)}") for c in (0x1C, 0x1D, 0x1E, 0x1F)]
    yield from [(f"noncharacter: U+{c:04X}", f"47{chr(c)}11") for c in (0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF)]
    yield "private use, which is assigned to be so", "47\ue00011"


def pin_vectors():
    pins = []
    for why, typed in pin_scenarios():
        text = fold_pin(typed)
        assert text is None or fold_pin(text) == text, why
        pins.append({"why": why, "typed": typed, "text": text, **({} if text is None else {"portable": is_portable(text)})})
    halves = [
        ("first half alone", [0xD83D]),
        ("second half alone", [0xDD11]),
        ("first half among digits", [0x34, 0xD835, 0x37]),
        ("halves in the wrong order", [0xDD11, 0xD83D]),
        ("first half after a whole pair", [0x1F511, 0xD83D]),
    ]
    for why, points in halves:
        text = fold_pin("".join(map(chr, points)))
        assert text is not None and not is_portable(text), why
    return {
        "comment": "PIN texts of SPEC §2.3. typed folds to text, or to no PIN (null); portable says whether the sender's side takes it. "
        "loneSurrogates are code points, since not every reader of JSON takes them as text; none of them is portable.",
        "pins": pins,
        "loneSurrogates": [{"why": why, "codePoints": points} for why, points in halves],
    }


# ---- Files. ----


def comparable(path, vector):
    """Deflated streams differ between versions of zlib; what they hold does not."""
    if "sealedDeflated" not in vector:
        return vector
    sealed = zlib.decompress(base64.b64decode(vector["sealedDeflated"]))
    return {**vector, "sealedDeflated": sealed.hex()}


def main():
    files = {VECTORS / "cobblestone-256" / f"{name}.json": vector for name, vector in cobblestone_scenarios().items()}
    files[VECTORS / "links.json"] = link_vectors()
    files[VECTORS / "pins.json"] = pin_vectors()

    if "--check" in sys.argv[1:]:
        wrong = [
            str(path.relative_to(VECTORS)) for path, vector in files.items()
            if not path.exists() or comparable(path, json.loads(path.read_text("utf-8"))) != comparable(path, vector)
        ]  # fmt: skip
        strays = [str(p.relative_to(VECTORS)) for p in (VECTORS / "cobblestone-256").glob("*.json") if p not in files]
        for name in wrong + strays:
            print(f"differs: {name}", file=sys.stderr)
        print(f"{len(files)} files, {len(wrong) + len(strays)} differ")
        return 1 if wrong or strays else 0

    (VECTORS / "cobblestone-256").mkdir(parents=True, exist_ok=True)
    for path, vector in files.items():
        # PINs hold what cannot be seen, so they are written as escapes.
        text = json.dumps(vector, indent=2, ensure_ascii=path.name == "pins.json")
        path.write_bytes((text + "\n").encode())
    print(f"wrote {len(files)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
