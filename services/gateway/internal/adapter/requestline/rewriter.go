package requestline

import "strings"

// place is where in the stream of requests the next byte stands.
type place uint8

const (
	atStart   place = iota // the first byte of a request line
	inMethod               // behind it, up to the first space
	inPath                 // the target up to its question mark
	inQuery                // the target behind it
	inHeaders              // behind the request line, up to the empty line
	inBody                 // behind the headers, for as many bytes as they have announced
	elsewhere              // where a next request line would stand is not certain: nothing is changed any more
)

// lineEnd is how a request line ends, 1 standing for any digit. The carriage return may be missing, as net/http has it.
const lineEnd = " HTTP/1.1\r\n"

// longestHold is how many bytes are held back at most.
const longestHold = len(lineEnd)

// rewriter changes the raw spaces of queries in a stream of HTTP/1 requests into %20, byte by byte, with a memory that does not
// grow: whatever the stream says, it holds back no more than could be the end of a request line.
type rewriter struct {
	place place
	// held begins with a space in the target, and follows lineEnd as far as it goes.
	held []byte
	// word is the beginning of the method or the header line that is being read, as far as it matters, and length is how
	// long the whole of it is.
	word   [40]byte
	length int
	// body is how much of the body is still to come; announced says that a header has told its length.
	body      int64
	announced bool
}

// done says that no byte will be changed any more.
func (r *rewriter) done() bool { return r.place == elsewhere }

// rewrite appends to dst what becomes of src.
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

// flush appends what is held back: the stream has ended, and no line with it.
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
			r.place = elsewhere // no request: net/http refuses it
		case '?':
			r.place = inQuery
		}
	case inHeaders:
		r.header(b)
	}
	return append(dst, b)
}

// nextHeld decides whether what is held back can still be the end of the request line.
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
	if r.place == inPath { // not ours to correct, and net/http refuses it
		r.place = elsewhere
		return append(append(dst, held...), b)
	}
	dst = append(append(dst, "%20"...), held[1:]...)
	return r.next(dst, b)
}

// endLine goes on behind a request line. Other versions have other ways to end a request.
func (r *rewriter) endLine(dst []byte) []byte {
	major := r.held[len(" HTTP/")]
	r.held, r.length, r.place = nil, 0, inHeaders
	r.body, r.announced = 0, false
	if major != '1' {
		r.place = elsewhere
	}
	return dst
}

// method reads a byte of the method. Behind CONNECT comes another protocol.
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

// headerLine looks for what says where the request ends. Of a line that is cut, only the beginning is known.
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
	if line[0] == ' ' || line[0] == '\t' { // it continues the line before
		r.place = elsewhere
	}
}

// plainNumber reads a number that is written in a few digits and nothing else.
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
