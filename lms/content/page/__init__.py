"""How a module looks as HTML: the tree that Python-Markdown makes of a section, dressed for our pages."""
