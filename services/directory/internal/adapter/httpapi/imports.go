package httpapi

import (
	"context"
	"crypto/rand"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

// ImportReader answers reads of imports that need no rule of the core.
type ImportReader interface {
	// Import returns an import, or roster.ErrImportNotFound.
	Import(ctx context.Context, id string) (roster.Import, error)
	Imports(ctx context.Context, u *url.URL) (listing.Page[roster.Import], error)
	// ImportRows returns the reports of the processed lines, or roster.ErrImportNotFound.
	ImportRows(ctx context.Context, id string, u *url.URL) (listing.Page[roster.ImportRow], error)
	// ImportFailures returns the first reports of rows that failed.
	ImportFailures(ctx context.Context, id string, limit int) ([]roster.ImportRow, error)
	// ImportedUsers returns the ids and versions of the users linked by the last rows.
	ImportedUsers(ctx context.Context, id string, limit int) ([]directory.User, error)
}

// Streams are the routes whose bodies may have any length, for [web.Options].
var Streams = map[string]time.Duration{"POST /api/users/import": uploadIdle}

const (
	// uploadIdle is the idle timeout of an upload.
	uploadIdle = 30 * time.Second
	// activationPatience is how long the answer waits for the users of activated accounts.
	activationPatience = 10 * time.Second
	// shownFailures is how many failed rows an import shows; all are in its report.
	shownFailures = 100
	// awaitedUsers is how many users the gateway waits for. These are the last ones changed, so the others are
	// published before them.
	awaitedUsers = 32
)

// importUsers processes the roster while it is being uploaded. An error carries the import's id and progress, so the
// upload can be resumed.
func (a *api) importUsers(c *gin.Context) {
	order, err := importOrder(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	ctx, stop := a.untilDraining(c.Request.Context())
	defer stop()
	i, err := a.Roster.ImportUsers(ctx, order, c.Request.Body)
	if err != nil {
		web.Fail(c, importError(err, order.ID, i))
		return
	}
	pending, err := a.Roster.AwaitActivated(ctx, i, activationPatience)
	if err != nil {
		web.Fail(c, importError(err, order.ID, i))
		return
	}
	if err := a.noteImported(c, i); err != nil {
		web.Fail(c, importError(err, order.ID, i))
		return
	}
	a.answerImport(c, i, pending)
}

var errNotNDJSON = errs.New(errs.KindUnsupported, "UNSUPPORTED_MEDIA_TYPE", "Send the roster as application/x-ndjson.")

var importID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

func importOrder(c *gin.Context) (roster.ImportOrder, error) {
	o := roster.ImportOrder{ID: c.Query("importId"), By: web.CurrentPrincipal(c).UserID, SessionID: web.CurrentPrincipal(c).SessionID}
	if media, _, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err != nil || media != "application/x-ndjson" {
		return o, errNotNDJSON
	}
	if o.ID == "" {
		o.ID = strings.ToLower(rand.Text())
	}
	if !importID.MatchString(o.ID) {
		return o, errs.InvalidField("importId", "must have 1 to 64 letters, digits, dots, hyphens and underscores")
	}
	switch c.Query("dryRun") {
	case "", "false":
	case "true":
		o.DryRun = true
	default:
		return o, errs.InvalidField("dryRun", "must be true or false")
	}
	return o, nil
}

// untilDraining returns a context that also ends when the service begins to stop.
func (a *api) untilDraining(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-a.Draining:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// importError adds the import's id and progress to an error of the API. It leaves unexpected errors unchanged.
func importError(err error, id string, i roster.Import) error {
	e := errs.From(err)
	if e.Kind == errs.KindInternal {
		return err
	}
	return e.With("importId", id).With("lines", i.Lines)
}

// noteImported makes the gateway wait until the last changes are visible everywhere. By then all earlier changes are
// visible too.
func (a *api) noteImported(c *gin.Context, i roster.Import) error {
	if i.DryRun || i.Tally.Linked+i.Tally.Activated == 0 {
		return nil
	}
	users, err := a.Imports.ImportedUsers(c.Request.Context(), i.ID, awaitedUsers)
	for _, u := range users {
		web.Wrote(c, causal.Write{Aggregate: causal.User, UserID: u.ID, Version: u.Version})
	}
	return err
}

// importObject is the JSON form of an import.
type importObject struct {
	ID         string     `json:"importId"`
	DryRun     bool       `json:"dryRun"`
	Lines      int64      `json:"lines"`
	Created    int64      `json:"created"`
	Updated    int64      `json:"updated"`
	Unchanged  int64      `json:"unchanged"`
	Linked     int64      `json:"linked"`
	Activated  int64      `json:"activated"`
	Failed     int64      `json:"failed"`
	Finished   bool       `json:"finished"`
	Pending    int64      `json:"pending,omitempty"`
	StartedBy  int64      `json:"startedBy"`
	StartedAt  time.Time  `json:"startedAt"`
	UpdatedAt  time.Time  `json:"updatedAt"`
	FinishedAt *time.Time `json:"finishedAt"`
}

type failureObject struct {
	Line         int64  `json:"line"`
	LegacyUserID *int64 `json:"legacyUserId"`
	Code         string `json:"code"`
	Message      string `json:"message"`
}

type importRowObject struct {
	Line         int64   `json:"line"`
	LegacyUserID *int64  `json:"legacyUserId"`
	Outcome      string  `json:"outcome"`
	Code         *string `json:"code"`
	Message      *string `json:"message"`
}

// wholeImport is an import with its first failures.
type wholeImport struct {
	importObject
	Errors []failureObject `json:"errors"`
}

func importOf(i roster.Import) importObject {
	t := i.Tally
	return importObject{
		ID: i.ID, DryRun: i.DryRun, Lines: i.Lines, Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged, Linked: t.Linked,
		Activated: t.Activated, Failed: t.Failed, Finished: i.FinishedAt != nil, StartedBy: i.StartedBy, StartedAt: i.StartedAt,
		UpdatedAt: i.UpdatedAt, FinishedAt: i.FinishedAt,
	}
}

// answerImport answers with an import and its first failures.
func (a *api) answerImport(c *gin.Context, i roster.Import, pending int64) {
	failures, err := a.Imports.ImportFailures(c.Request.Context(), i.ID, shownFailures)
	if err != nil {
		web.Fail(c, err)
		return
	}
	shown := make([]failureObject, len(failures))
	for n, f := range failures {
		shown[n] = failureObject{f.Line, f.LegacyUserID, f.Code, f.Message}
	}
	object := importOf(i)
	object.Pending = pending
	c.JSON(http.StatusOK, wholeImport{object, shown})
}

func (a *api) getImport(c *gin.Context) {
	i, err := a.Imports.Import(c.Request.Context(), c.Param("id"))
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.answerImport(c, i, 0)
}

func (a *api) listImports(c *gin.Context) {
	page, err := a.Imports.Imports(c.Request.Context(), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, importOf))
}

func (a *api) listImportRows(c *gin.Context) {
	page, err := a.Imports.ImportRows(c.Request.Context(), c.Param("id"), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, importRowOf))
}

func importRowOf(r roster.ImportRow) importRowObject {
	o := importRowObject{Line: r.Line, LegacyUserID: r.LegacyUserID, Outcome: string(r.Outcome)}
	if r.Code != "" {
		o.Code, o.Message = &r.Code, &r.Message
	}
	return o
}
