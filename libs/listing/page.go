package listing

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"

	"muster/libs/errs"
)

// Page sizes in rows.
const (
	DefaultPerPage = 10
	MaxPerPage     = 1000
)

// window is the range of rows that a page shows.
type window struct {
	offset int64
	limit  int
}

// parseWindow reads page and perPage, or range.
func parseWindow(v url.Values) (window, []errs.Field) {
	if text := v.Get("range"); text != "" {
		return parseRange(text, v)
	}
	var problems []errs.Field
	read := func(name string, initial, greatest int64) int64 {
		n, err := wholeNumber(v.Get(name), initial, greatest)
		if err != nil {
			problems = append(problems, errs.Field{Field: name, Message: err.Error()})
		}
		return n
	}
	page := read("page", 1, math.MaxInt64)
	perPage := read("perPage", DefaultPerPage, MaxPerPage)
	if problems != nil {
		return window{}, problems
	}
	return window{offset: offsetOf(page, perPage), limit: int(perPage)}, nil
}

// offsetOf returns the offset of a page. An offset that overflows becomes the greatest one: the page is empty either
// way.
func offsetOf(page, perPage int64) int64 {
	if page-1 > math.MaxInt64/perPage {
		return math.MaxInt64
	}
	return (page - 1) * perPage
}

// wholeNumber parses a number from 1 to greatest that consists of digits only.
func wholeNumber(text string, initial, greatest int64) (int64, error) {
	if text == "" {
		return initial, nil
	}
	n, err := strconv.ParseUint(text, 10, 63) // Unlike ParseInt, ParseUint accepts no sign.
	if err == nil && n >= 1 && int64(n) <= greatest {
		return int64(n), nil
	}
	if greatest == math.MaxInt64 {
		return 0, errors.New("must be a whole number from 1 on")
	}
	return 0, fmt.Errorf("must be a whole number from 1 to %d", greatest)
}

// parseRange parses [first,last], counted from zero with both ends included.
func parseRange(text string, v url.Values) (window, []errs.Field) {
	problem := func(message string) (window, []errs.Field) {
		return window{}, []errs.Field{{Field: "range", Message: message}}
	}
	if v.Get("page") != "" || v.Get("perPage") != "" {
		return problem("cannot stand beside page and perPage")
	}
	var ends []*int64
	err := checkJSON(text)
	if err == nil {
		err = json.Unmarshal([]byte(text), &ends)
	}
	if err != nil || len(ends) != 2 || ends[0] == nil || ends[1] == nil || *ends[0] < 0 || *ends[1] < *ends[0] {
		return problem("must be the first and the last row, counted from 0, such as [0,24]")
	}
	if *ends[1]-*ends[0] >= MaxPerPage {
		return problem(fmt.Sprintf("must be at most %d rows", MaxPerPage))
	}
	return window{offset: *ends[0], limit: int(*ends[1]-*ends[0]) + 1}, nil
}
