#!/bin/sh
# Creates the two roles and the database of the portal, as a superuser of PostgreSQL: the owner migrates, the portal's
# own role can only add to the audit trail. Run again, it gives the roles their limits and the passwords that it is given,
# and leaves the database as it is. Passwords come from OWNER_PASSWORD and PORTAL_PASSWORD, or from the files that
# OWNER_PASSWORD_FILE and PORTAL_PASSWORD_FILE name; without one, the role that is there keeps its own, and one that is
# not is not made. psql reads them itself, so that no list of processes shows them. PORTAL_DATABASE names another
# database than « portail ». The server is that of psql's variables: PGHOST, PGUSER…
set -e
if [ -n "$OWNER_PASSWORD_FILE" ]; then OWNER_PASSWORD=$(cat "$OWNER_PASSWORD_FILE"); fi
if [ -n "$PORTAL_PASSWORD_FILE" ]; then PORTAL_PASSWORD=$(cat "$PORTAL_PASSWORD_FILE"); fi
: "${PORTAL_DATABASE:=portail}"
superuser() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${PGUSER:-postgres}" --dbname=postgres "$@"; }
there=" $(superuser -At -R ' ' -c "SELECT rolname FROM pg_roles WHERE rolname IN ('portail_owner', 'portail')") "
case $there in *' portail_owner '*) ;; *) : "${OWNER_PASSWORD:?is required to make the role portail_owner}" ;; esac
case $there in *' portail '*) ;; *) : "${PORTAL_PASSWORD:?is required to make the role portail}" ;; esac
# An empty one is none.
if [ -n "$OWNER_PASSWORD" ]; then export OWNER_PASSWORD; else unset OWNER_PASSWORD; fi
if [ -n "$PORTAL_PASSWORD" ]; then export PORTAL_PASSWORD; else unset PORTAL_PASSWORD; fi
export PORTAL_DATABASE
superuser <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv portal_password PORTAL_PASSWORD
\getenv database PORTAL_DATABASE
SELECT 'CREATE ROLE portail_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portail_owner') \gexec
SELECT 'CREATE ROLE portail' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portail') \gexec
ALTER ROLE portail_owner LOGIN CONNECTION LIMIT 10;
ALTER ROLE portail LOGIN CONNECTION LIMIT 100;
\if :{?owner_password}
ALTER ROLE portail_owner PASSWORD :'owner_password';
\endif
\if :{?portal_password}
ALTER ROLE portail PASSWORD :'portal_password';
\endif
SELECT format('CREATE DATABASE %I OWNER portail_owner ENCODING UTF8 TEMPLATE template0', :'database')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO portail;
SQL
