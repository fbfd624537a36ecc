#!/usr/bin/env python3
"""Make the test vectors of SPEC §2.3, §3 and §4, independently of the code they test.

    python3 scripts/make-vectors.py            write the files of vectors/, but for letterlock-v1.json
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
from urllib.parse import quote as quote_url

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
        "comment": "Tokens and fragments of SPEC §3. readable, pasted and paths give the token by steps 1 to 4. damaged ones do not; "
        "mended is what the search of step 5 makes of them, null if they cause no request.",
        "tokens": tokens,
        "readable": [{"why": why, "fragment": f, "token": token_in(f)} for why, f in readable],
        "pasted": [{"why": why, "text": text, "token": t} for why, text, t in pasted],
        "paths": [{"why": why, "path": path, "token": t} for why, path, t in paths],
        "damaged": [{"why": why, "fragment": f, "mended": token if token in f else None} for why, f in damaged],
    }


SPLIT = 20  # where a token is torn, in characters
HOST = "secrets.example"
# What a mail filter puts behind the link it wraps, with a run in it that looks like a token.
FILTER_DATA = "05%7C02%7Cada%40secrets.example%7C4f1d08dd5c%7C638760000000000000%7CUnknown%7CTWFpbGZsb3d8eyJFbXB5eU1hcGkjTnRydWV9MjTWFpbGZsb3d8%7C"


def address_ways(whole, start, end, changed):
    """What is asked for or clicked, behind the origin: name, text, outcome, and whether the token reaches the server."""
    return [
        ("as it was sent", f"/s#{whole}", "link", False),
        # The # was encoded, or became something else.
        ("# encoded", f"/s%23{whole}", "link", True),
        ("# encoded twice", f"/s%2523{whole}", "link", True),
        ("# encoded three times", f"/s%252523{whole}", "link", True),
        ("# encoded, behind a slash", f"/s/%23{whole}", "link", True),
        ("# encoded, path in capitals", f"/S%23{whole}", "link", True),
        ("# encoded, a text fragment behind it", f"/s%23{whole}#:~:text=secret", "link", True),
        ("# encoded behind a query", f"/s?utm_source=mail%23{whole}", "link", True),
        ("# became ?", f"/s?{whole}", "link", True),
        ("# became ?token=", f"/s?token={whole}", "link", True),
        ("# became ?, a parameter behind it", f"/s?{whole}&fbclid=IwAR0-x_1", "link", True),
        ("# became /", f"/s/{whole}", "link", True),
        ("# as an HTML entity", f"/s&#35;{whole}", "link", False),
        ("# doubled", f"/s##{whole}", "link", False),
        ("# encoded behind a #", f"/s#%23{whole}", "link", False),
        ("# and encoded link behind it", f"/s#https%3A%2F%2F{HOST}%2Fs%23{whole}", "link", False),
        # Something stands before the #.
        ("slash before the #", f"/s/#{whole}", "link", False),
        ("path in capitals", f"/S#{whole}", "link", False),
        ("query before the #", f"/s?utm_source=mail&utm_campaign=x#{whole}", "link", False),
        ("full stop before the #", f"/s.#{whole}", "link", False),
        ("angle bracket before the #", f"/s>#{whole}", "link", False),
        ("bracket before the #", f"/s)#{whole}", "link", False),
        ("file extension before the #", f"/s.html#{whole}", "link", False),
        # Something stands between the # and the token.
        ("slash behind the #", f"/s#/{whole}", "link", False),
        ("exclamation mark behind the #", f"/s#!{whole}", "link", False),
        ("exclamation mark and slash behind the #", f"/s#!/{whole}", "link", False),
        ("question mark behind the #", f"/s#?{whole}", "link", False),
        ("a name behind the #", f"/s#token={whole}", "link", False),
        ("angle brackets around the token", f"/s#<{whole}>", "link", False),
        ("quotation marks around the token", f"/s#«{whole}»", "link", False),
        ("letters grown on in front", f"/s#xy{whole}", "link", False),
        # Something stands behind the token.
        ("full stop behind", f"/s#{whole}.", "link", False),
        ("bracket and comma behind", f"/s#{whole}),", "link", False),
        ("ellipsis behind", f"/s#{whole}…", "link", False),
        ("quotation mark and semicolon behind", f'/s#{whole}";', "link", False),
        ("query behind", f"/s#{whole}?fbclid=IwAR0-x_1", "link", False),
        ("parameter behind", f"/s#{whole}&fbclid=IwAR0-x_1", "link", False),
        ("text fragment behind", f"/s#{whole}#:~:text=secret", "link", False),
        ("next sentence behind", f"/s#{whole}%20Regards,%20Ada", "link", False),
        ("next word grown on", f"/s#{whole}Regards", "link", False),
        ("token twice", f"/s#{whole}{whole}", "link", False),
        ("link twice", f"/s#{whole}https://{HOST}/s#{whole}", "link", False),
        # Something stands in the token.
        ("zero-width space inside", f"/s#{start}\u200b{end}", "link", False),
        ("soft hyphen inside", f"/s#{start}\u00ad{end}", "link", False),
        ("encoded line break inside", f"/s#{start}%0D%0A{end}", "link", False),
        ("no-break space inside", f"/s#{start}\u00a0{end}", "link", False),
        ("soft break of quoted-printable inside", f"/s#{start}=%0D%0A{end}", "link", False),
        ("a letter encoded", f"/s#{percent(whole[0])}{whole[1:]}", "link", False),
        ("every letter encoded twice", "/s#" + percent(whole).replace("%", "%25"), "link", False),
        ("full-width letters", f"/s#{wide(whole)}", "link", False),
        # The page is another, or none.
        ("page dropped", f"/#{whole}", "link", False),
        ("page dropped, # became ?", f"/?{whole}", "link", True),
        ("page dropped, # encoded", f"/%23{whole}", "link", True),
        ("page behind the #", f"/#/s#{whole}", "link", False),
        ("another folder", f"/en/s#{whole}", "link", False),
        ("slash doubled", f"//s#{whole}", "link", False),
        ("page misspelt", f"/secret#{whole}", "link", False),
        ("page misspelt, # encoded", f"/secret%23{whole}", "link", True),
        ("page of receipts", f"/receipt#{whole}", "link", False),
        ("page of receipts, # encoded", f"/receipt%23{whole}", "link", True),
        # What cannot be mended.
        ("fragment dropped", "/s", "empty", False),
        ("fragment empty", "/s#", "empty", False),
        ("fragment dropped, query kept", "/s?utm_source=mail", "empty", False),
        ("nothing but punctuation", "/s#?.", "empty", False),
        ("torn in the middle", f"/s#{start}", "cut", False),
        ("torn in the middle, # encoded", f"/s%23{start}", "cut", True),
        ("last character missing", f"/s#{whole[:-1]}", "cut", False),
        ("first character missing", f"/s#{whole[1:]}", "cut", False),
        ("three characters left", f"/s#{whole[:3]}", "cut", False),
        ("in small letters", f"/s#{whole.lower()}", "lower-cased", False),
        ("in small letters, # encoded", f"/s%23{whole.lower()}", "lower-cased", True),
        ("in capitals", f"/S#{whole.upper()}", "upper-cased", False),
        ("a character changed", f"/s#{changed}", "changed", False),
        ("a character changed, # became ?", f"/s?{changed}", "changed", True),
        ("a letter from another script", f"/s#{start}е{end[1:]}", "changed", False),
        ("far too long", f"/s#{start * 40}", "changed", False),
    ]


def pasted_ways(whole, start, end, changed):
    """What is put into the field for a whole link: name, text and outcome."""
    link = f"https://{HOST}/s#{whole}"
    torn = f"https://{HOST}/s#{start}"
    return [
        ("whole link", link, "link"),
        ("token alone", f" {whole}\n", "link"),
        ("base path", f"https://{HOST}/tools/letterlock/s#{whole}", "link"),
        ("inside a sentence", f"Here it is: {link}. Open it soon, it runs out on Friday.", "link"),
        ("no space around", f"link:{link},please", "link"),
        # Marks of mail, chat and markup around it.
        ("in angle brackets", f"<{link}>", "link"),
        ("in quotation marks", f'"{link}"', "link"),
        ("in guillemets", f"«{link}»", "link"),
        ("in asterisks", f"**{link}**", "link"),
        ("in backticks", f"`{link}`", "link"),
        ("as a link of Markdown", f"[the password]({link})", "link"),
        ("as a link of Markdown with a title", f'[here]({link} "secret")', "link"),
        ("as a link of HTML", f'<a href="{link}">{link}</a>', "link"),
        ("as a link of a chat", f"<{link}|{link}>", "link"),
        ("link and its address behind it", f"{link}<{link}>", "link"),
        ("in JSON", json.dumps({"link": link}).replace("/", "\\/"), "link"),
        ("HTML entity for #", f"https://{HOST}/s&#35;{whole}", "link"),
        ("hexadecimal HTML entity for #", f"https://{HOST}/s&#x23;{whole}&amp;utm_source=mail", "link"),
        ("ampersands of HTML", f"https://{HOST}/s?a=1&amp;b=2#{whole}", "link"),
        ("link twice", link + link, "link"),
        # Torn by lines.
        ("wrapped", f"Hello,\n\n{torn}\n{end}\n\nRegards\n", "link"),
        ("wrapped and indented", f"    {torn}\n    {end}\n", "link"),
        ("wrapped and quoted", f"> {torn}\r\n> {end}\r\n> \r\n> Regards", "link"),
        ("wrapped and quoted twice", f">> {torn}\n> > {end}\n", "link"),
        ("wrapped at the #", f"https://{HOST}/s#\n{whole}\nRegards", "link"),
        ("wrapped twice", f"{torn}\n{end[:9]}\n{end[9:]}\n", "link"),
        ("hyphen at the end of the line", f"{torn}-\n{end}", "link"),
        ("token alone, wrapped, between words", f"Token\n{start}\n{end}\nBye", "link"),
        ("soft break of quoted-printable", f"{torn}=\r\n{end}", "link"),
        ("quoted-printable", f"https://{HOST}/s?a=3D1#{start}=\r\n{end}=20\r\n", "link"),
        ("quoted-printable leftover grown on", f"https://{HOST}/s?token=3D{whole}", "link"),
        ("break of HTML inside", f"{torn}<br />{end}", "link"),
        ("break for long words inside", f"{torn}<wbr>{end}", "link"),
        ("soft hyphen of HTML inside", f"{torn}&shy;{end}", "link"),
        ("table of a mail", f"| link | {torn} |\n", "cut"),
        # What cannot be seen.
        ("zero-width space inside", f"{torn}\u200b{end}", "link"),
        ("word joiner and soft hyphen inside", f"{torn}\u2060{end[:5]}\u00ad{end[5:]}", "link"),
        ("no-break spaces inside", f"{torn}\u00a0{end[:5]}\u202f{end[5:]}", "link"),
        ("byte order mark in front and inside", f"\ufeff{torn}\ufeff{end}", "link"),
        ("marks of direction around and inside", f"\u2068{torn}\u200e\u202c{end}\u2069", "link"),
        ("combining grapheme joiner inside", f"{torn}\u034f{end}", "link"),
        # Letters written otherwise.
        ("a letter encoded", f"{torn}{percent(end[0])}{end[1:]}", "link"),
        ("every letter encoded", f"https://{HOST}/s#{percent(whole)}", "link"),
        ("full-width link", wide(link), "link"),
        ("full-width #", link.replace("#", "\uff03"), "link"),
        # Wrapped in another link.
        ("checked by a mail filter", f"https://eur05.safelinks.example/?url={quote(link)}&data={FILTER_DATA}&sdata=Jx0%2Bk3c%3D&reserved=0", "link"),
        ("checked by two mail filters", f"https://linkprotect.example/url?a={quote(f'https://safelinks.example/?url={quote(link)}&data=05')}&c=E,1", "link"),
        ("# encoded twice inside a redirector", f"https://www.example.org/url?sa=t&q={quote(link).replace('%23', '%2523')}&usg=x", "link"),
        ("redirector that keeps the #", f"https://l.example.org/?u=https://{HOST}/s#{whole}&h=AT0", "link"),
        ("redirector that writes - for %", f"https://urldefense.example/v2/url?u=https-3A__{HOST}_s-23{whole}&d=DwMFAg&c=x", "link"),
        ("redirector that writes * for #", f"https://urldefense.example/v3/__https://{HOST}/s*{whole}__;Iw!!AbC!x$", "link"),
        # What cannot be mended.
        ("nothing", "", "empty"),
        ("white space", " \n\u00a0\u200b", "empty"),
        ("prose", "Please send me the link again, I cannot find it. See item #2.", "no-link"),
        ("address of something else", "https://www.example.org/about?lang=en", "no-link"),
        ("page without its fragment", f"https://{HOST}/s", "cut"),
        ("page without its fragment, in a sentence", f"<https://{HOST}/s>.", "cut"),
        ("page with an empty fragment", f"https://{HOST}/s#", "cut"),
        ("torn", torn, "cut"),
        ("torn token alone", start, "cut"),
        ("torn by a mail filter", f"https://safelinks.example/?url={quote(torn)}&data={FILTER_DATA}", "cut"),
        ("in small letters", link.lower(), "lower-cased"),
        ("token in small letters", whole.lower(), "lower-cased"),
        ("in capitals", link.upper(), "upper-cased"),
        ("a character changed", f"https://{HOST}/s#{changed}", "changed"),
        ("two neighbours swapped", f"https://{HOST}/s#{start[:-1]}{end[0]}{start[-1]}{end[1:]}", "changed"),
        ("lower-cased only in part", f"https://{HOST}/s#{start}{end.lower()}", "changed"),
    ]  # fmt: skip


def quote(text):
    """As a query parameter."""
    return quote_url(text, safe="")


def percent(text):
    return "".join(f"%{ord(c):02X}" for c in text)


def wide(text):
    """The full-width twins of ASCII."""
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


def mangled_vectors():
    """Every way has a link of its own, so that a test can have them all open on one server."""
    ways = []

    def draw(where, name, is_good):
        tries = 0
        while not is_good(token := format_token(1, fixed(f"mangled, {where}, {name}, {tries}", 32))):
            tries += 1
        return token

    def is_plain(token):
        """What the ways do to a token changes it: no twins at the tear, and letters of both cases in both parts."""
        return token[SPLIT - 1] != token[SPLIT] and all(part.upper() != part != part.lower() for part in (token[:SPLIT], token[SPLIT:]))

    def add(where, make):
        for index, (name, *_) in enumerate(make("x" * 48, "x" * SPLIT, "x" * (48 - SPLIT), "x" * 48)):
            token = draw(where, name, is_plain)
            changed = token[:9] + ("2" if token[9] != "2" else "3") + token[10:]
            _, text, outcome, *reached = make(token, token[:SPLIT], token[SPLIT:], changed)[index]
            way = {"name": name, "where": where, "text": text, "outcome": outcome, "token": token}
            ways.append({**way, "reachesServer": reached[0]} if reached else way)

    add("address", address_ways)
    add("pasted", pasted_ways)

    ligature = draw("pasted", "ligature", lambda token: "fi" in token)
    way = {"name": "ligature of a PDF inside", "where": "pasted", "text": f"https://{HOST}/s#{ligature.replace('fi', chr(0xFB01))}"}
    ways.append({**way, "outcome": "link", "token": ligature})

    receipt = format_token(2, fixed("mangled receipt", 48))
    for name, where, text, *reached in [
        ("receipt, # encoded", "address", f"/receipt%23{receipt}", True),
        ("receipt, # became ?", "address", f"/receipt?{receipt}", True),
        ("receipt, slash and full stop", "address", f"/receipt/#{receipt}.", False),
        ("receipt, page dropped", "address", f"/#{receipt}", False),
        ("receipt, page of secrets", "address", f"/s#?{receipt}", False),
        ("receipt, wrapped and quoted", "pasted", f"> https://{HOST}/receipt#{receipt[:30]}\n> {receipt[30:]}\n"),
    ]:
        way = {"name": name, "where": where, "text": text, "outcome": "receipt", "token": receipt}
        ways.append({**way, "reachesServer": reached[0]} if reached else way)

    for way in ways:
        version = {"link": 1, "receipt": 2}.get(way["outcome"])
        assert version is None or parse_token(way["token"])[0] == version, way["name"]
        assert version or way["token"] not in way["text"], way["name"]
    return {
        "comment": "What programs and people make of a link, and what becomes of it: SPEC §3.3. outcome is the kind of the token that is "
        "found, or why there is none. token is what was sent.",
        "ways": ways,
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
    files[VECTORS / "mangled-links.json"] = mangled_vectors()
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
        # PINs and mangled links hold what cannot be seen, so they are written as escapes.
        text = json.dumps(vector, indent=2, ensure_ascii=path.name in ("pins.json", "mangled-links.json"))
        path.write_bytes((text + "\n").encode())
    print(f"wrote {len(files)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
