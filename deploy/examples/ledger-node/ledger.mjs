// An example of a consumer: it keeps the net that was collected, by currency, exactly right. It knows Muster only by its
// AsyncAPI document (/asyncapi.json of the gateway).
//
// Delivery is at least once, and programs are killed. Both do no harm because one transaction of the consumer's own
// database holds the entries, the balances and the position in the log: an entry that comes again is known by its id, and
// a position that was not committed is read again. The consumer group only shares the partitions among the copies of this
// program. Its offsets are not used.
import { readFileSync } from 'node:fs'
import { Consumer, ListOffsetTimestamps } from '@platformatic/kafka'
import pg from 'pg'

const env = process.env
const topic = (env.KAFKA_TOPIC_PREFIX ?? '') + 'billing.ledger.v1'
const type = 'billing.ledger.v1' // more types may come
const partitions = 6 // of every topic, for ever
const batchSize = 500

// One copy at a time: two that create the same table at once would fail.
const schema = `
SELECT pg_advisory_xact_lock(hashtext('ledger'));
CREATE TABLE IF NOT EXISTS positions (partition int PRIMARY KEY, next bigint NOT NULL);
CREATE TABLE IF NOT EXISTS entries (id bigint PRIMARY KEY, user_id bigint NOT NULL, currency text NOT NULL, amount bigint NOT NULL);
CREATE TABLE IF NOT EXISTS balances (currency text PRIMARY KEY, amount bigint NOT NULL);`

// PostgreSQL reads the JSON, because a JavaScript number is exact only up to 2^53. The currencies are in order, so that
// two copies of this program do not wait for each other.
const add = `
WITH added AS (
  INSERT INTO entries (id, user_id, currency, amount)
  SELECT (e->>'id')::bigint, (e->>'userId')::bigint, e->>'currency', (e->>'amount')::bigint FROM unnest($1::json[]) AS e
  ON CONFLICT (id) DO NOTHING RETURNING currency, amount)
INSERT INTO balances (currency, amount) SELECT currency, sum(amount) FROM added GROUP BY currency ORDER BY currency
ON CONFLICT (currency) DO UPDATE SET amount = balances.amount + excluded.amount`

// Another copy of this program has read this part of the log: the partition has changed hands.
class Moved extends Error {}

// access returns how to reach the brokers, from the environment.
function access() {
  const options = { clientId: 'ledger-node', bootstrapBrokers: env.KAFKA_BROKERS.split(',') }
  if (env.KAFKA_TLS_CA) options.tls = { ca: readFileSync(env.KAFKA_TLS_CA), minVersion: 'TLSv1.2' }
  if (env.KAFKA_USER) options.sasl = { mechanism: 'SCRAM-SHA-512', username: env.KAFKA_USER, password: env.KAFKA_PASSWORD }
  return options
}

// positions returns the next offset of each partition: the stored one, or else the beginning of the log.
async function positions(db, consumer) {
  const first = (await consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.EARLIEST })).get(topic)
  if (first.length !== partitions) throw new Error(`${topic} has ${first.length} partitions`)
  const next = new Map(first.map((offset, partition) => [partition, offset]))
  for (const row of (await db.query('SELECT partition, next FROM positions')).rows) next.set(row.partition, BigInt(row.next))
  return next
}

// apply adds the records of one partition to the balances and moves its position behind them, in one transaction.
async function apply(db, next, partition, records) {
  const from = next.get(partition)
  const behind = records.at(-1).offset + 1n
  const move = 'INSERT INTO positions (partition, next) VALUES ($1, $2) ON CONFLICT (partition) DO UPDATE SET next = excluded.next WHERE positions.next = $3'
  await db.query('BEGIN')
  try {
    if ((await db.query(move, [partition, behind, from])).rowCount === 0) throw new Moved()
    const values = records.filter(r => r.headers.get('ce_type') === type).map(r => r.value)
    await db.query(add, [values])
    await db.query('COMMIT')
  } catch (error) {
    await db.query('ROLLBACK')
    if (error instanceof Moved) throw error
    throw new Error(`records ${from} to ${behind - 1n} of partition ${partition}`, { cause: error })
  }
  next.set(partition, behind)
}

// follow applies records until the group gives this copy other partitions, or the program is to end.
async function follow(db, consumer, ended) {
  const next = await positions(db, consumer)
  const offsets = [...next].map(([partition, offset]) => ({ topic, partition, offset }))
  const stream = await consumer.consume({ topics: [topic], mode: 'manual', offsets, autocommit: false, maxWaitTime: 500 })
  // A position that the log no longer has is an error of the stream, not a reason to skip.
  console.log('ledger: following partitions', (consumer.assignments ?? []).flatMap(a => a.partitions).join(' '))
  let stale = false
  const stop = () => { stale = true; stream.destroy() }
  consumer.once('consumer:group:join', stop)
  ended.addEventListener('abort', stop)
  try {
    let batch = []
    for await (const record of stream) {
      batch.push(record)
      if (stream.readableLength > 0 && batch.length < batchSize) continue
      for (const partition of next.keys()) {
        const records = batch.filter(r => r.partition === partition)
        if (records.length > 0) await apply(db, next, partition, records)
      }
      batch = []
      if (stale) return
    }
  } catch (error) {
    if (!stale && !(error instanceof Moved)) throw error
  } finally {
    consumer.off('consumer:group:join', stop)
    ended.removeEventListener('abort', stop)
  }
}

async function main() {
  const ended = new AbortController()
  process.once('SIGTERM', () => ended.abort()).once('SIGINT', () => ended.abort())
  const db = new pg.Client(env.POSTGRES_URL) // with sslmode and sslrootcert, if the server demands TLS
  await db.connect()
  await db.query(schema)
  const consumer = new Consumer({
    ...access(),
    groupId: env.KAFKA_GROUP ?? 'ledger-node',
    groupInstanceId: env.INSTANCE, // a stable name of this copy: its partitions wait for it while it starts again
    sessionTimeout: 10_000, // after which the partitions of a killed copy go to the others
    rebalanceTimeout: 10_000,
    heartbeatInterval: 1_000,
    deserializers: { value: String, headerKey: String, headerValue: String },
  })
  consumer.topics.track(topic) // while streams come and go, so that a new stream does not disturb the group
  while (!ended.signal.aborted) await follow(db, consumer, ended.signal)
  await consumer.close(true)
  await db.end()
}

// Whatever fails ends the program. Its supervisor starts it again, and it goes on where the database says.
main().catch(error => {
  console.error('ledger:', error)
  process.exit(1)
})
