// Package requestline lets clients in that write JSON into a URL and leave its spaces as they are:
//
//	GET /api/users?filter={"authTypeName":"Google OAuth","isActive":true} HTTP/1.1
//
// The users API promises that raw JSON may stand unencoded in the URL, prints examples like this one, and some clients
// (Go's own among them) do send the space. net/http takes the line apart at its spaces and answers 400 "malformed HTTP version"
// before any handler sees it. So [Listen] changes the bytes on their way in: a space in the query of a request line
// becomes %20, which is what the client meant. Nothing else is changed.
//
// # Why this is allowed here
//
// RFC 9112, section 3.2, would have a server answer such a line with 400 or with a redirect, and not "attempt to autocorrect
// and then process the request without a redirect, since the invalid request-line might be deliberately crafted to bypass
// security filters along the request chain". The danger is that two parties read one line differently. It is met by what is
// left alone:
//
//   - Only the query is corrected: the spaces between the first question mark of the target and the version that ends the line.
//     Method, path and version are read as they always were, and a line with a space anywhere else is refused as it always was.
//     The rights of a caller never hang on the query.
//   - Behind the gateway nobody sees the line: what is passed on to a service is written anew, and has no space in it.
//   - No body is ever read as a line, nor a line as part of a body, as the next section says.
//
// # Where lines are
//
// A request line stands at the beginning of a connection and behind each request. To know where a request ends, its headers
// are read along: it has no body, or one as long as a single, plain Content-Length says, and that many bytes pass as they
// are. At the first sign that it may end otherwise, or that another protocol may follow, the connection is passed through
// as it is until it ends: Transfer-Encoding, Upgrade, Expect, a Content-Length that is repeated or is more than digits, the
// method CONNECT, a folded header line, a version that is not HTTP/1, a byte that cannot begin a request (TLS). Doubt
// always falls on that side, and then a raw space is refused as it would be without this package. Where net/http refuses a request
// itself, or gives up on its body, it closes the connection, so what follows does not matter.
//
// The tests hold this against net/http's own reader: whatever it takes for a request with its body comes through unchanged
// to the byte, however the stream is cut.
package requestline
