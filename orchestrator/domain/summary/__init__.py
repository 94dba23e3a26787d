"""What a receiver reads first: three to five sentences, each with its source, and how the customer feels.

`sentences` and `words` take texts apart, `candidates` says which sentences come into question, `ranking` and
`extraction` which of them say most; `summary` puts them together. `lexicon` and `mood` read the mood, `logs`
and `engineering` prepare what engineering gets, `rewriting` admits the wording of a language model as far as
the sources bear it out.
"""
