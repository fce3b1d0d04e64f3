// Calls a function over Kafka alone: produces to fob.async and waits for the reply on fob.response.
// Needs kafkajs (npm install --no-save kafkajs, in this folder). The request id is optional; it must be new for each call,
// and is random by default.
//
//   node call.js localhost:9092 add '{"param1": 1, "param2": 1}' [request id]
const { randomUUID } = require('node:crypto')
const { Kafka, Partitioners, logLevel } = require('kafkajs')

async function call(brokers, name, parameters, id, wait = 60_000) {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  // kafkajs can read only as a member of a consumer group, so this call has a group of its own.
  const consumer = kafka.consumer({ groupId: `call-${id}` })
  const clients = [admin, producer, consumer]
  try {
    await Promise.all(clients.map((client) => client.connect()))
    const ends = await admin.fetchTopicOffsets('fob.response')
    await producer.send({
      topic: 'fob.async',
      messages: [{ key: name, value: parameters, headers: { 'fob-request-id': id } }],
    })
    await consumer.subscribe({ topics: ['fob.response'] })
    return await new Promise((resolve, reject) => {
      setTimeout(
        () => reject(new Error(`no reply within a minute; /api/result/${id} tells when there is one`)),
        wait,
      ).unref()
      // The topic has the replies to all calls; the key of a reply is its request id.
      const eachMessage = async ({ message }) => {
        if (message.key?.toString() === id) resolve(message.value.toString())
      }
      consumer.run({ autoCommit: false, eachMessage }).catch(reject)
      for (const { partition, high } of ends) {
        consumer.seek({ topic: 'fob.response', partition, offset: high })
      }
    })
  } finally {
    await Promise.all(clients.map((client) => client.disconnect()))
  }
}

const [brokers, name, parameters, id = randomUUID()] = process.argv.slice(2)
call(brokers, name, parameters, id).then(console.log, (error) => {
  console.error(error.message)
  process.exitCode = 1
})
