#!/usr/bin/env python3
"""Writes labels.h from labels.txt: the labels of the Encoding standard, 4.2,
sorted.  Usage: gen_labels.py labels.txt > labels.h"""

import sys

# The encodings of more than one byte a character: kind, coding, and the name
# that ICU has for the standard's index.
MULTI = {
    "UTF-8": ("UTF8", "OTHER", None), "replacement": ("NONE", "OTHER", None),
    "UTF-16BE": ("STREAM", "UTF_16BE", None),
    "UTF-16LE": ("STREAM", "UTF_16LE", None),
    "ISO-2022-JP": ("STREAM", "ISO_2022_JP", "euc-jp-2007"),
    "GBK": ("BYTES", "GB18030", "gb18030"),
    "gb18030": ("BYTES", "GB18030", "gb18030"),
    "Big5": ("BYTES", "BIG5", "Big5-HKSCS"),
    "EUC-JP": ("BYTES", "EUC_JP", "euc-jp-2007"),
    "EUC-KR": ("BYTES", "EUC_KR", "windows-949"),
    "Shift_JIS": ("BYTES", "SHIFT_JIS", "ibm-943_P15A-2003"),
}

# The others, where Python has another name for them.
PYTHON = {"IBM866": "cp866", "macintosh": "mac_roman", "ISO-8859-8-I":
          "iso8859_8", "x-mac-cyrillic": "mac_cyrillic",
          "windows-874": "cp874"}

# Where the standard's indexes go beyond Python's tables.
FIXES = {"KOI8-U": {0xAE: 0x045E, 0xBE: 0x040E},
         "windows-1255": {0xCA: 0x05BA}}


def high(name):
    if name == "x-user-defined":
        return [0xF700 + b for b in range(0x80, 0x100)]
    out = []
    for b in range(0x80, 0x100):
        try:
            c = ord(bytes([b]).decode(PYTHON.get(name, name)))
        except UnicodeDecodeError:
            c = b if b < 0xA0 else 0xFFFD
        out.append(FIXES.get(name, {}).get(b, c))
    return out


def ident(name):
    return "CHARSET_" + name.upper().replace("-", "_")


def main():
    rows = [line.split("\t") for line in open(sys.argv[1]).read().splitlines()
            if line and not line.startswith("#")]
    names = []
    for _, name in rows:
        if name not in names:
            names.append(name)
    print("/* labels.h - written by gen_labels.py: do not edit. */")
    print("/* clang-format off */")
    print("#ifndef ACRAWL_LABELS_H\n#define ACRAWL_LABELS_H\n")
    print("enum {")
    for n in names:
        print("\t%s," % ident(n))
    print("\tCHARSETS_N\n};\n")
    for n in names:
        if n in MULTI:
            continue
        print("static const uint16_t %s_high[128] = {" % ident(n).lower())
        t = high(n)
        for i in range(0, 128, 8):
            print("\t" + " ".join("0x%04x," % c for c in t[i:i + 8]))
        print("};\n")
    print("static const struct charset charsets[CHARSETS_N] = {")
    for n in names:
        if n in MULTI:
            kind, coding, icu = MULTI[n]
            icu = '"%s"' % icu if icu else "NULL"
            print('\t{"%s", CHARSET_%s, CODING_%s, %s, NULL},'
                  % (n, kind, coding, icu))
        else:
            print('\t{"%s", CHARSET_BYTES, CODING_OTHER, NULL, %s_high},'
                  % (n, ident(n).lower()))
    print("};\n")
    print("static const struct label {\n\tconst char *label;\n"
          "\tunsigned    charset;\n} labels[%d] = {" % len(rows))
    for label, name in sorted(rows):
        print('\t{"%s", %s},' % (label, ident(name)))
    print("};\n")
    print("#endif")


main()
