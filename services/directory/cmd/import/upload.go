package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// attempts is how often an upload without progress is retried, pause the time between two attempts.
	attempts = 10
	pause    = 2 * time.Second
	// watchEvery is the polling interval for the progress.
	watchEvery = time.Second
)

// upload is one import, over all its attempts.
type upload struct {
	options  options
	api      *api
	progress io.Writer
	lines    int64 // the progress at the last poll
}

// result is an import as the API returns it.
type result struct {
	ID        string `json:"importId"`
	DryRun    bool   `json:"dryRun"`
	Lines     int64  `json:"lines"`
	Created   int64  `json:"created"`
	Updated   int64  `json:"updated"`
	Unchanged int64  `json:"unchanged"`
	Linked    int64  `json:"linked"`
	Activated int64  `json:"activated"`
	Failed    int64  `json:"failed"`
	Pending   int64  `json:"pending"`
}

func (r result) String() string {
	kind := "import"
	if r.DryRun {
		kind = "dry run"
	}
	return fmt.Sprintf("%s %s: %d lines, %d created, %d updated, %d unchanged, %d linked, %d activated, %d failed",
		kind, r.ID, r.Lines, r.Created, r.Updated, r.Unchanged, r.Linked, r.Activated, r.Failed)
}

// run uploads the file until the import is finished. It retries after temporary errors.
func (u *upload) run(ctx context.Context) (result, error) {
	for left := attempts; ; left-- {
		before := u.lines
		r, err := u.once(ctx)
		if err == nil || !temporary(err) || left == 0 || ctx.Err() != nil {
			return r, err
		}
		if u.look(ctx); u.lines > before {
			left = attempts
		}
		fmt.Fprintf(u.progress, "%v; trying again\n", err)
		select {
		case <-ctx.Done():
			return result{}, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// temporary reports whether err may pass by itself: no response, a service that is unavailable or busy, or another
// upload of the import.
func temporary(err error) bool {
	r, answered := errors.AsType[*refusal](err)
	return !answered || r.status >= http.StatusBadGateway || r.status == http.StatusTooManyRequests || r.Code == "IMPORT_RUNNING"
}

// once uploads the file once. It signs in first to have a fresh access token.
func (u *upload) once(ctx context.Context) (r result, err error) {
	if err := u.api.signIn(ctx); err != nil {
		return r, err
	}
	roster, err := u.options.open(nil)
	if err != nil {
		return r, err
	}
	defer roster.Close()
	watching, done := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		u.watch(watching)
	}()
	query := url.Values{"importId": {u.options.id}, "dryRun": {fmt.Sprint(u.options.dryRun)}}
	err = u.api.send(ctx, http.MethodPost, "/api/users/import?"+query.Encode(), "application/x-ndjson", roster, &r)
	done()
	<-watched
	return r, err
}

// watch prints the progress until ctx is done.
func (u *upload) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			u.look(ctx)
		}
	}
}

// look polls the import, and records and prints its progress if there is any.
func (u *upload) look(ctx context.Context) {
	var r result
	if err := u.api.get(ctx, "/api/users/imports/"+url.PathEscape(u.options.id), &r); err != nil || r.Lines <= u.lines {
		return // the upload itself reports the error
	}
	u.lines = r.Lines
	fmt.Fprintf(u.progress, "%d lines done, %d failed\n", r.Lines, r.Failed)
}

// reportFailures prints all failed rows page by page. Each page begins after the last line of the page before.
func (u *upload) reportFailures(ctx context.Context, w io.Writer) error {
	const perPage = 1000
	for behind := int64(0); ; {
		query := url.Values{
			"filter": {fmt.Sprintf(`{"outcome":"failed","line":{"from":%d}}`, behind+1)}, "perPage": {fmt.Sprint(perPage)},
		}
		var page struct {
			Data []struct {
				Line         int64  `json:"line"`
				LegacyUserID *int64 `json:"legacyUserId"`
				Code         string `json:"code"`
				Message      string `json:"message"`
			} `json:"data"`
		}
		if err := u.api.get(ctx, "/api/users/imports/"+url.PathEscape(u.options.id)+"/rows?"+query.Encode(), &page); err != nil {
			return fmt.Errorf("read the report: %w", err)
		}
		for _, r := range page.Data {
			writeFailure(w, r.Line, r.LegacyUserID, r.Code, r.Message)
			behind = r.Line
		}
		if len(page.Data) < perPage {
			return nil
		}
	}
}

// writeFailure writes a failed row as one line.
func writeFailure(w io.Writer, line int64, legacyUserID *int64, code, message string) {
	id := "-"
	if legacyUserID != nil {
		id = fmt.Sprint(*legacyUserID)
	}
	fmt.Fprintln(w, strings.Join([]string{fmt.Sprint(line), id, code, message}, "\t"))
}
