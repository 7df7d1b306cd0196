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
	// maxLine is the length of the longest line that is looked at, in bytes and without its end.
	maxLine = 64 << 10
	// batchRows and batchBytes bound a batch: what is in memory, what one request to identity holds, and what a crash
	// makes the next upload do again.
	batchRows  = 500
	batchBytes = 256 << 10
	// slowFlush is how long a batch waits for lines that come slowly.
	slowFlush = time.Second
)

// line is one line of an upload.
type line struct {
	number int64  // from 1
	text   []byte // without its end
	// tooLong says that the line was longer than any may be. Its text is left out.
	tooLong bool
	// digest is that of the file up to and with this line.
	digest Digest
}

// batch is some lines, at least one.
type batch []line

func (b batch) last() line { return b[len(b)-1] }

// lineReader takes a file apart. It keeps one line in memory.
type lineReader struct {
	in     *bufio.Reader
	sum    hash.Hash
	number int64
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(r, maxLine+len("\r\n")), sum: sha256.New()}
}

var byteOrderMark = []byte("\ufeff")

// next reads a line. io.EOF comes after the last, which may lack its end. Any other error says that the file goes on
// and cannot be read; what was read of the line is no line then.
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

// skip reads over the lines that are done and gives their digest. io.EOF when there are fewer.
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

// lineStream reads lines ahead of whoever takes them in batches.
type lineStream struct {
	lines  chan line
	failed error // why there are no more; to be read once lines is closed
}

// stream starts reading. It goes on until the file ends or ctx is done and the reader returns.
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

// next gives a batch: full, or what came until the file ended or paused. io.EOF after the last.
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

// wait waits until nothing is read any more.
func (s *lineStream) wait() {
	for range s.lines { // what was read ahead is dropped
	}
}
