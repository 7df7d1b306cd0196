// Package asyncapi describes Muster's Kafka topics in AsyncAPI 3. The description is made from what the code runs on: the
// topics and payload structs of libs/contracts, their comments and constants, and the settings with which the relay creates
// topics. Schemas are made as libs/openapi makes those of the HTTP API.
//
// [Describe] reads the source of the contracts, so it is for tests, as is everything here: a test keeps the document in
// libs/contracts/asyncapi.json, and each payload's schema in libs/contracts/schemas. asyncapitest holds what tests publish to
// the document.
package asyncapi
