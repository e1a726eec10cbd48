#!/usr/bin/env python3
"""Writes tags.h: the element names that the tokenizer knows, and a perfect
hash over them.  Usage: gen_tags.py > tags.h"""

NAMES = """
a abbr address altglyph animate animatemotion animatetransform annotation-xml
applet area article aside audio b base basefont bgsound big blockquote body
br button caption center code col colgroup color-profile cursor dd del desc
details dialog dir discard div dl dt em embed feimage fieldset figcaption
figure filter font font-face-uri footer foreignobject form frame frameset
glyphref h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img
input ins keygen li lineargradient link listing main malignmark marquee math
menu meta mglyph mi mn mo mpath ms mtext nav nobr noembed noframes noscript
object ol optgroup option p param pattern picture plaintext pre q
radialgradient rb rp rt rtc ruby s samp script search section select set
small source span strike strong style sub summary sup svg table tbody td
template textarea textpath tfoot th thead title tr track tref tt u ul use var
video wbr xmp
""".split()

MASK = (1 << 64) - 1


def words(name):
    b = name.encode()
    return [int.from_bytes(b[:8], "big"), int.from_bytes(b[8:], "big")]


def find():
    import random
    rnd = random.Random(1)
    for bits in (8, 9, 10, 11):
        for _ in range(200000):
            m = rnd.getrandbits(64) | 1
            seen = set()
            for n in NAMES:
                w = words(n)
                h = (((w[0] ^ w[1]) * m) & MASK) >> (64 - bits)
                if h in seen:
                    break
                seen.add(h)
            else:
                return bits, m
    raise SystemExit("no perfect hash")


def main():
    assert len(NAMES) < 255 and max(map(len, NAMES)) <= 16
    bits, mul = find()
    print("/* tags.h - written by gen_tags.py: do not edit. */")
    print("/* clang-format off */")
    print("#ifndef ACRAWL_TAGS_H\n#define ACRAWL_TAGS_H\n")
    print("#include <stdint.h>\n")
    print("enum tag {\n\tTAG_OTHER, /* a name that is not below */")
    for n in NAMES:
        print("\tTAG_%s," % n.upper().replace("-", "_"))
    print("\tTAG_COUNT\n};\n")
    print("#define TAG_HASH_MUL  0x%016xu" % mul)
    print("#define TAG_HASH_BITS %d\n" % bits)
    print("/* A name, and its bytes as two big-endian numbers. */")
    print("struct tag_name {\n\tconst char *name;\n\tuint64_t    w[2];\n"
          "\tunsigned    n;\n};\n")
    print("static const struct tag_name tag_names[TAG_COUNT] = {")
    print('\t{"", {0, 0}, 0},')
    for n in NAMES:
        w = words(n)
        print('\t{"%s", {0x%x, 0x%x}, %d},' % (n, w[0], w[1], len(n)))
    print("};\n")
    slots = [0] * (1 << bits)
    for i, n in enumerate(NAMES):
        w = words(n)
        slots[(((w[0] ^ w[1]) * mul) & MASK) >> (64 - bits)] = i + 1
    print("static const uint8_t tag_slots[1 << TAG_HASH_BITS] = {")
    for i in range(0, len(slots), 16):
        print("\t" + " ".join("%d," % s for s in slots[i:i + 16]))
    print("};\n\n#endif")


main()
