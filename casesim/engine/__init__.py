"""The rules, a module each: frames of integer codes in, frames out; no files, no pictures.

```
keys        references become integer keys                 affected    R1 to R1.2: routes, each customer once
customers   R1.4 to R1.6: who counts, as whom              decide      R2 to R2.5: k meets T
nodes       R1's tables in codes, R1.3                     cases       R3, R3.1, R3.6: kinds, places, times
prepare     what depends on the data alone, kept           fields      R3.2 to R3.4: the field mapping
sources     the records, their fields (R12's place)        case_type   R4: product to table
late        R8.2: who was there when                       resolve     R7: what the end of an incident does
people      whom a case is about and tells                 notify      R5: who is told, and why not
sides       what codes stand for                           journal     R7.4 (R6's place)
outputs     what each output table is made of              layout      codes and sides → rows
backend     where the rules meet Polars                    simulate    the order of the rules
```
The rule modules are written against Narwhals and know neither Polars nor each other.
"""
