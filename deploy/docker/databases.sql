-- Each service has its own database.
CREATE DATABASE identity;
CREATE DATABASE directory;
CREATE DATABASE billing;
CREATE DATABASE gateway;
