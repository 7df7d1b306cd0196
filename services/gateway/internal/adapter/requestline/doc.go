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
// RFC 9112, section 3: a recipient may take a request line apart at its whitespace from the end, or answer 400, or redirect to
// the target properly encoded; it "SHOULD NOT attempt to autocorrect and then process the request without a redirect,
// since the invalid request-line might be deliberately crafted to bypass security filters along the request chain".
// That danger comes of two parties that read one line differently. It is met by what is left alone:
//
//   - Only the query is corrected: spaces behind the first question mark of the target. Method, path and version are read as they
//     always were, and a line with a space anywhere else is refused as it always was. Whatever a filter in front of the
//     gateway decides by, it is not what a list is filtered by.
//   - The gateway is the first party to take the line apart, and what it passes on to a service has no space in it.
//   - Nobody can read a line where another reads a body: see below.
//
// # Where lines are
//
// A request line stands at the beginning of a connection, and behind a request that had no body. To know the second, the
// headers are read along, and at the first sign that a body or another protocol may follow, the connection is passed through as
// it is until it ends: Transfer-Encoding, Upgrade, a Content-Length that is not a plain 0, the method CONNECT, a folded
// header line, a version that is not HTTP/1, a byte that cannot begin a request (TLS). The doubt always falls on that
// side, so no byte of a body is ever changed; and where net/http refuses a request it closes the connection, so what
// follows does not matter.
//
// For a client that keeps its connection and has sent a body on it, this means that raw spaces are refused there,
// as they would be without this package.
package requestline
