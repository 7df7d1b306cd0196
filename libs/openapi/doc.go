// Package openapi describes public HTTP APIs in OpenAPI 3.1. A description is made from what the code runs on: the
// routes that a service mounts ([web.Route]), the structs that its handlers bind and answer, the declarations of its
// lists (libs/listing), and its errors (libs/errs).
//
// [Describe] makes the description of one service. A test of the service keeps it as a file in libs/contracts/apis. A
// test of the gateway joins the files with the gateway's own routes into the document that the gateway serves. So no
// service needs this package while it runs, and the document is there even while a service is not.
//
// How a struct becomes a schema:
//   - A member of an answer is required unless it is omitempty. A pointer can be null.
//   - A member of a request is required if its tag says `jsonschema:"required"`. Other members may be null, which is the
//     same as absent; a [web.Member] only if it is tagged `null:"true"`.
//   - The tags jsonschema and jsonschema_description are those of github.com/invopop/jsonschema.
//   - Members that hold one of the contract's codes, such as userTypeCode, list the codes of libs/usersapi.
package openapi
