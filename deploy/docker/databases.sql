-- Each service has a database of its own.
CREATE DATABASE identity;
CREATE DATABASE directory;
CREATE DATABASE billing;
CREATE DATABASE gateway;
