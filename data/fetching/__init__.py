"""Published figures from the services that serve them (HDX HAPI, UNHCR), fetched page by page and handed to the importers."""
