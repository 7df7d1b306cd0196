package roster

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"time"
)

const (
	// maxLine is the maximum length of a line in bytes, without its line ending.
	maxLine = 64 << 10
	// batchRows and batchBytes bound a batch. They limit memory, the size of a request to identity, and the work
	// repeated after a crash.
	batchRows  = 500
	batchBytes = 256 << 10
	// slowFlush is how long a batch waits for more lines of a slow upload.
	slowFlush = time.Second
)

// line is one line of an upload.
type line struct {
	number int64  // from 1
	text   []byte // without its line ending
	// tooLong is true when the line exceeds maxLine. Its text is then empty.
	tooLong bool
	// digest is the digest of the file up to and including this line.
	digest Digest
}

// batch is a non-empty sequence of lines.
type batch []line

func (b batch) last() line { return b[len(b)-1] }

// lineReader splits a file into lines. It holds one line in memory.
type lineReader struct {
	in     *bufio.Reader
	sum    hash.Hash
	number int64
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(r, maxLine+len("\r\n")), sum: sha256.New()}
}

var byteOrderMark = []byte("\ufeff")

// next reads a line. It returns io.EOF after the last line, which may lack a line ending. Any other error means that
// the rest of the file cannot be read; a partial line is then discarded.
func (r *lineReader) next() (line, error) {
	l := line{number: r.number + 1}
	for {
		piece, err := r.in.ReadSlice('\n')
		r.sum.Write(piece)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			l.tooLong = true
			continue
		case errors.Is(err, io.EOF) && len(piece) == 0 && !l.tooLong:
			return line{}, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return line{}, err
		}
		text := bytes.TrimRight(piece, "\r\n")
		if l.number == 1 {
			text = bytes.TrimPrefix(text, byteOrderMark)
		}
		if l.tooLong = l.tooLong || len(text) > maxLine; !l.tooLong {
			l.text = bytes.Clone(text)
		}
		r.sum.Sum(l.digest[:0])
		r.number = l.number
		return l, nil
	}
}

// skip reads past the processed lines and returns their digest. io.EOF when the file has fewer lines.
func (r *lineReader) skip(lines int64) (d Digest, err error) {
	for r.number < lines {
		l, err := r.next()
		if err != nil {
			return d, err
		}
		d = l.digest
	}
	return d, nil
}

// lineStream reads lines ahead and delivers them in batches.
type lineStream struct {
	lines  chan line
	failed error // why the stream ended; valid once lines is closed
}

// stream starts reading. Reading ends at the end of the file, or when ctx is done and the pending read returns.
func (r *lineReader) stream(ctx context.Context) *lineStream {
	s := &lineStream{lines: make(chan line)}
	go func() {
		defer close(s.lines)
		for {
			l, err := r.next()
			if err != nil {
				s.failed = err
				return
			}
			select {
			case s.lines <- l:
			case <-ctx.Done():
				s.failed = ctx.Err()
				return
			}
		}
	}()
	return s
}

// next returns a batch. The batch is full unless the file ended or paused. io.EOF after the last batch.
func (s *lineStream) next(ctx context.Context) (batch, error) {
	var (
		got   batch
		size  int
		pause <-chan time.Time
	)
	for len(got) < batchRows && size < batchBytes {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-pause:
			return got, nil
		case l, more := <-s.lines:
			if !more && len(got) == 0 {
				return nil, s.failed
			}
			if !more {
				return got, nil
			}
			if pause == nil {
				pause = time.After(slowFlush)
			}
			got, size = append(got, l), size+len(l.text)
		}
	}
	return got, nil
}

// wait waits until reading has ended.
func (s *lineStream) wait() {
	for range s.lines { // discard lines read ahead
	}
}
