"""The rules, a module each: frames of integer codes in, frames out; no files, no pictures.

```
keys        references become integer keys                 affected    R1 to R1.2: routes, each customer once
records     R12: incidents and changes, t₀                 decide      R2 to R2.6: k meets T
customers   R1.4 to R1.6: who counts, as whom              late        R8: who was there when, who gets a case when
nodes       R1's tables in codes, R1.3                     cases       R3, R3.1, R3.6, R2.6: kinds, places, times
prepare     what depends on the data alone, kept           case_type   R4: product to table
sources     the fields of records and customers            resolve     R7 to R7.4: what the end of a record does
fields      R3.2 to R3.4: the field mapping                comments    R6, R7.2: where entries are copied
people      whom a case is about and tells                 notify      R5: who is told, and why not
sides       what codes stand for                           flood       R5.3: quiet hours and limits
outputs     what each output table is made of              journal     R7.4, and the order of the journal
layout      codes and sides → rows                         talk        R6 put together
backend     where the rules meet Polars                    simulate    the order of the rules
calendar    times that a setting moves too far

written, journal_rows, told, roots    R6, R6.6: what people wrote, read and numbered
```
The rule modules are written against Narwhals and know neither Polars nor each other.
"""
