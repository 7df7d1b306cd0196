-- Each service has its own database, and a role that can reach no other one. The passwords are for development only.
-- identity and billing run as roles that do not own their tables, so that they cannot change the audit trail and the ledger.
-- The owner, …_POSTGRES_OWNER_URL, migrates and grants these roles their rights.
CREATE ROLE identity_owner LOGIN PASSWORD 'docker-compose-for-development';
CREATE ROLE identity_service LOGIN PASSWORD 'docker-compose-for-development';
CREATE DATABASE identity OWNER identity_owner;
REVOKE CONNECT ON DATABASE identity FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE identity TO identity_service;

CREATE ROLE directory LOGIN PASSWORD 'docker-compose-for-development';
CREATE DATABASE directory OWNER directory;
REVOKE CONNECT ON DATABASE directory FROM PUBLIC;

CREATE ROLE billing_owner LOGIN PASSWORD 'docker-compose-for-development';
CREATE ROLE billing_service LOGIN PASSWORD 'docker-compose-for-development';
CREATE DATABASE billing OWNER billing_owner;
REVOKE CONNECT ON DATABASE billing FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE billing TO billing_service;

CREATE ROLE gateway LOGIN PASSWORD 'docker-compose-for-development';
CREATE DATABASE gateway OWNER gateway;
REVOKE CONNECT ON DATABASE gateway FROM PUBLIC;

REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
