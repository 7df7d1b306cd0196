package requestline

import "strings"

// place is the position of the next byte in the stream of requests.
type place uint8

const (
	atStart   place = iota // the first byte of a request line
	inMethod               // after it, up to the first space
	inPath                 // the target up to its question mark
	inQuery                // the target after its question mark
	inHeaders              // after the request line, up to the empty line
	inBody                 // after the headers, for as many bytes as they announced
	elsewhere              // the position of the next request line is unknown: nothing is changed any more
)

// lineEnd is the end of a request line, with 1 for any digit. The carriage return is optional, as in net/http.
const lineEnd = " HTTP/1.1\r\n"

// longestHold is the maximum number of bytes that are held back.
const longestHold = len(lineEnd)

// rewriter replaces raw spaces in queries by %20 in a stream of HTTP/1 requests, byte by byte. Its memory is bounded:
// it never holds back more than a possible end of a request line.
type rewriter struct {
	place place
	// held begins with a space in the target and is a prefix of lineEnd after it.
	held []byte
	// word is the relevant beginning of the method or header line that is being read, and length is the full length so
	// far.
	word   [40]byte
	length int
	// body is the number of body bytes that remain; announced says that a header has given the length.
	body      int64
	announced bool
}

// done reports that no byte will be changed any more.
func (r *rewriter) done() bool { return r.place == elsewhere }

// rewrite appends the rewritten src to dst.
func (r *rewriter) rewrite(dst, src []byte) []byte {
	for len(src) > 0 {
		switch r.place {
		case elsewhere:
			return append(dst, src...)
		case inBody:
			n := int(min(r.body, int64(len(src))))
			dst, src = append(dst, src[:n]...), src[n:]
			if r.body -= int64(n); r.body == 0 {
				r.place = atStart
			}
		default:
			dst, src = r.next(dst, src[0]), src[1:]
		}
	}
	return dst
}

// flush appends what is held back, because the stream has ended in the middle of a line.
func (r *rewriter) flush(dst []byte) []byte {
	dst = append(dst, r.held...)
	r.held, r.place = nil, elsewhere
	return dst
}

func (r *rewriter) next(dst []byte, b byte) []byte {
	if r.held != nil {
		return r.nextHeld(dst, b)
	}
	switch r.place {
	case atStart:
		r.length, r.place = 0, inMethod
		r.note(b)
		if !isLetter(b) {
			r.place = elsewhere
		}
	case inMethod:
		r.method(b)
	case inPath, inQuery:
		switch b {
		case ' ':
			r.held = append(make([]byte, 0, longestHold), b)
			return dst
		case '\n':
			r.place = elsewhere // not a request: net/http refuses it
		case '?':
			r.place = inQuery
		}
	case inHeaders:
		r.header(b)
	}
	return append(dst, b)
}

// nextHeld decides whether the held bytes can still be the end of the request line.
func (r *rewriter) nextHeld(dst []byte, b byte) []byte {
	if b == '\n' && len(r.held) >= len(lineEnd)-len("\r\n") {
		return r.endLine(append(append(dst, r.held...), b))
	}
	if want := lineEnd[len(r.held)]; b == want || want == '1' && isDigit(b) {
		r.held = append(r.held, b)
		return dst
	}
	held := r.held
	r.held = nil
	if r.place == inPath { // a space in the path is not corrected, and net/http refuses it
		r.place = elsewhere
		return append(append(dst, held...), b)
	}
	dst = append(append(dst, "%20"...), held[1:]...)
	return r.next(dst, b)
}

// endLine continues after a request line. Other HTTP versions delimit requests differently.
func (r *rewriter) endLine(dst []byte) []byte {
	major := r.held[len(" HTTP/")]
	r.held, r.length, r.place = nil, 0, inHeaders
	r.body, r.announced = 0, false
	if major != '1' {
		r.place = elsewhere
	}
	return dst
}

// method reads a byte of the method. After CONNECT another protocol follows.
func (r *rewriter) method(b byte) {
	switch {
	case b == ' ' && r.text() != "CONNECT":
		r.place = inPath
	case b == ' ' || b == '\n':
		r.place = elsewhere
	default:
		r.note(b)
	}
}

// header reads a byte of the header lines.
func (r *rewriter) header(b byte) {
	if b != '\n' {
		r.note(b)
		return
	}
	line := strings.TrimSuffix(r.text(), "\r")
	switch {
	case line != "":
		r.headerLine(line, r.length > len(r.word))
	case r.body > 0:
		r.place = inBody
	default:
		r.place = atStart
	}
	r.length = 0
}

// headerLine checks for headers that determine where the request ends. Of a truncated line only the beginning is known.
func (r *rewriter) headerLine(line string, cut bool) {
	name, value, _ := strings.Cut(line, ":")
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "transfer-encoding", "upgrade", "expect":
		r.place = elsewhere
	case "content-length":
		n, plain := plainNumber(strings.Trim(value, " \t"))
		if !plain || cut || r.announced || name != strings.TrimSpace(name) {
			r.place = elsewhere
		}
		r.body, r.announced = n, true
	}
	if line[0] == ' ' || line[0] == '\t' { // continues the previous line
		r.place = elsewhere
	}
}

// plainNumber parses a number that consists of a few digits only.
func plainNumber(text string) (n int64, ok bool) {
	const mostDigits = 15
	if text == "" || len(text) > mostDigits {
		return 0, false
	}
	for i := range len(text) {
		if !isDigit(text[i]) {
			return 0, false
		}
		n = n*10 + int64(text[i]-'0')
	}
	return n, true
}

func (r *rewriter) note(b byte) {
	if r.length < len(r.word) {
		r.word[r.length] = b
	}
	r.length++
}

func (r *rewriter) text() string { return string(r.word[:min(r.length, len(r.word))]) }

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
