"""Keys of the site, and what is signed with them: bytes, JSON Web Signatures and PDFs."""
