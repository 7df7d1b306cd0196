package opscli

const usage = `muster ops SERVICE NOUN VERB [ARGUMENT] [FLAGS]

Looks at what is stuck in a service, and gets it moving again. SERVICE is identity, directory, billing or gateway.

  parked list                     records from Kafka that the service could not apply
  parked show ID                  one of them, with headers and payload (personal data)
  parked replay ID|--all          try it again, with the others of its key
  parked drop ID --yes            give it up

  outbox list                     events that the broker refused for good
  outbox show ID                  one of them, with its data (personal data)
  outbox requeue ID               publish it again, with the others of its key
  outbox drop ID --yes            give it up

  topics list                     how far the service has applied each topic
  topics rewind TOPIC --to WHERE --yes
                                  read a topic again: WHERE is earliest, a time (RFC 3339), or, with --partition, an offset
  topics resume TOPIC [--partition N] --yes
                                  go on where partitions were stopped because their log did not match the offset

  model show                      the version of the read model (gateway), and the one that is being built
  model rebuild                   build the read model anew from the topics beside the live one, and replace it
  model accept --yes              let it replace the live one although it could not apply some records (LACKING)

  tasks list [--state STATE]      background work that the service has given up
  tasks replay ID                 do it again

  keys list                       the keys that sign access tokens (identity)
  keys rotate                     publish a new one; it signs after ten minutes, and the old one verifies until its tokens expire

  state republish USER|--all      publish the present state of one user or of all again; --from USER goes on after an
                                  interruption

muster ops topics tail [FLAGS] shows records of the topics (personal data), without a service: it reads the brokers.
  --topic, --type, --user         only these topics and event types, separated by commas, and the records of this user;
                                  a type may end with a star
  --since WHEN                    earliest, how long ago (90m), or a time (RFC 3339); 1h, or now with --follow
  --follow, --until-end           go on with new records, or end with the newest one (the default)
  --json                          a line of JSON for each record
MUSTER_KAFKA_BROKERS, MUSTER_KAFKA_TOPIC_PREFIX and MUSTER_KAFKA_TLS, _TLS_CA, _TLS_CERT, _TLS_KEY, _SASL, _USER and
_PASSWORD are as the services' variables of these names; the brokers of a stack on this machine are found.

Flags
  --json            the service's answer as it is, for programs
  --addr ADDR       the service's internal listener; also MUSTER_<SERVICE>_INTERNAL_ADDR
  --limit, --after  the size of a page (50, at most 200), and the id behind which it begins

MUSTER_SERVICE_SECRET is the secret that the services share; for a stack on this machine it is found in its directory.
MUSTER_OPERATOR (else USER) is the name in the service's log.

Examples
  muster ops identity parked list
  muster ops directory parked replay 12
  muster ops billing outbox requeue 17
  muster ops directory topics rewind identity.account.v1 --to earliest --yes
  muster ops directory topics rewind identity.account.v1 --to 2026-03-01T12:00:00Z --partition 3 --yes
  muster ops topics tail --topic billing.events.v1 --type 'billing.invoice.*' --user 1042 --since 24h --follow
  muster ops billing tasks replay 4
  muster ops identity keys rotate
  muster ops identity state republish 1042
  muster ops directory state republish --all

Exit codes: 0 done; 1 the service refuses, does not answer, or could not do all of it; 2 the command line is wrong.
`
