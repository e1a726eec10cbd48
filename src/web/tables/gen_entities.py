#!/usr/bin/env python3
"""Writes entities.h: the named character references of the HTML standard,
13.5, sorted by name.  Python carries the standard's own list.
Usage: gen_entities.py > entities.h"""

from html.entities import html5


def quote(b):
    return "".join(chr(c) if 32 <= c < 127 and chr(c) not in '\\"?'
                   else "\\%03o" % c for c in b)


def main():
    assert len(html5) == 2231
    print("/* entities.h - written by gen_entities.py: do not edit. */")
    print("/* clang-format off */")
    print("#ifndef ACRAWL_ENTITIES_H\n#define ACRAWL_ENTITIES_H\n")
    print("#include <stdint.h>\n")
    print("#define ENTITIES_N        %d" % len(html5))
    print("#define ENTITY_NAME_MAX   %d" % max(map(len, html5)))
    print("#define ENTITY_VALUE_MAX  %d\n"
          % max(len(v.encode()) for v in html5.values()))
    print("/* Where name and value stand, one behind the other, below. */")
    print("struct entity {\n\tuint16_t at;\n\tuint8_t  name_n;\n"
          "\tuint8_t  value_n;\n};\n")
    rows = sorted((k.encode(), v.encode()) for k, v in html5.items())
    at = 0
    print("static const struct entity entities[ENTITIES_N] = {")
    line = "\t"
    for k, v in rows:
        cell = "{%d, %d, %d}, " % (at, len(k), len(v))
        if len(line) + len(cell) > 70:
            print(line.rstrip())
            line = "\t"
        line += cell
        at += len(k) + len(v)
    print(line.rstrip() + "\n};\n")
    print("static const char entity_text[] =")
    for i, (k, v) in enumerate(rows):
        print('\t"%s" "%s"%s' % (quote(k), quote(v),
              ";" if i + 1 == len(rows) else ""))
    print("\n#endif")


main()
