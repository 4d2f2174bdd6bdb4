#!/bin/sh
# Creates the two roles and the database of the portal, as a superuser of PostgreSQL: the owner migrates, the portal's
# own role can only add to the trail. Passwords come from OWNER_PASSWORD and PORTAL_PASSWORD; psql reads them itself,
# so that no list of processes shows them. The server is that of psql's variables: PGHOST, PGUSER…
set -e
: "${OWNER_PASSWORD:?is required}" "${PORTAL_PASSWORD:?is required}"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${PGUSER:-postgres}" --dbname=postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv portal_password PORTAL_PASSWORD
CREATE ROLE portail_owner LOGIN CONNECTION LIMIT 10 PASSWORD :'owner_password';
CREATE ROLE portail LOGIN CONNECTION LIMIT 90 PASSWORD :'portal_password';
CREATE DATABASE portail OWNER portail_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE portail FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE portail TO portail;
SQL
