"""The servers the demo and the tests run on: PostgreSQL, Valkey, Solr and CKAN, all inside ``.devstack/``."""
