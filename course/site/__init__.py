"""The course's web page: `course site`.

Read the modules in this order: `places` (what each section of a lab has, from the cells' metadata),
`get` (where the course is), `lab_page` (a lab as its page shows it), `lectures`, `lengths`,
`glossary`, `about` (pages of Markdown, made from the places and the texts in docs/site), `make`
(puts all together, runs Sphinx, publishes) and `conf` (what Sphinx reads).
"""
