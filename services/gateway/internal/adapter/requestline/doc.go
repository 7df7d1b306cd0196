// Package requestline accepts clients that write JSON into a URL without encoding its spaces:
//
//	GET /api/users?filter={"authTypeName":"Google OAuth","isActive":true} HTTP/1.1
//
// The users API allows raw JSON in the URL and prints examples like this one, and some clients (Go's own among them)
// send the space as it is. net/http splits the line at its spaces and answers 400 "malformed HTTP version" before any
// handler runs. [Listen] therefore changes the incoming bytes: a space in the query of a request line becomes %20,
// which is what the client meant. Nothing else is changed.
//
// # Why this is allowed here
//
// RFC 9112, section 3.2, recommends that a server answer such a line with 400 or a redirect, and not "attempt to
// autocorrect and then process the request without a redirect, since the invalid request-line might be deliberately
// crafted to bypass security filters along the request chain". The danger is that two parties interpret one line
// differently. Three limits prevent this:
//
//   - Only the query is corrected: the spaces between the first question mark of the target and the version that ends the line.
//     Method, path and version are read as before, and a line with a space anywhere else is refused as before.
//     A caller's rights never depend on the query.
//   - No party behind the gateway sees the line: requests to services are written from scratch and contain no space.
//   - A body is never read as a line, nor a line as part of a body, as the next section explains.
//
// # Finding request lines
//
// A request line stands at the beginning of a connection and after each request. To find the end of a request, the
// package reads its headers: the request has no body, or one as long as its single, plain Content-Length, and the
// body's bytes pass unchanged. At the first sign that the request may end differently, or that another protocol may
// follow, the rest of the connection passes unchanged: Transfer-Encoding, Upgrade, Expect, a Content-Length that is
// repeated or is more than digits, the method CONNECT, a folded header line, a version other than HTTP/1, or a byte
// that cannot begin a request (TLS). In case of doubt nothing is changed, and net/http refuses a raw space as it would
// without this package. If net/http refuses a request itself, or gives up on its body, it closes the connection, so the
// rest does not matter.
//
// The tests compare this with net/http's own reader: every request that net/http accepts, with its body, passes
// unchanged, however the stream is split into reads.
package requestline
