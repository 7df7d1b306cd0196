-- Each service has its own database.
CREATE DATABASE identity;
CREATE DATABASE directory;
CREATE DATABASE billing;
CREATE DATABASE gateway;

-- identity runs as a role that does not own its tables, so that it cannot change the audit trail. The owner, IDENTITY_POSTGRES_OWNER_URL,
-- migrates and grants this role its rights at each start.
CREATE ROLE identity_service LOGIN PASSWORD 'docker-compose-for-development';
REVOKE CONNECT ON DATABASE identity FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE identity TO identity_service;
