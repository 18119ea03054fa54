"""The one spider: from a due link to its landing page, by whatever hops lead there."""
