-- Each service has its own database.
CREATE DATABASE identity;
CREATE DATABASE directory;
CREATE DATABASE billing;
CREATE DATABASE gateway;

-- identity and billing run as roles that do not own their tables, so that they cannot change the audit trail and the ledger. The
-- owner, …_POSTGRES_OWNER_URL, migrates and grants these roles their rights at each start.
CREATE ROLE identity_service LOGIN PASSWORD 'docker-compose-for-development';
REVOKE CONNECT ON DATABASE identity FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE identity TO identity_service;
CREATE ROLE billing_service LOGIN PASSWORD 'docker-compose-for-development';
REVOKE CONNECT ON DATABASE billing FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE billing TO billing_service;
