"""How one file is read: text to places, places to values. Nothing here looks at another file."""
