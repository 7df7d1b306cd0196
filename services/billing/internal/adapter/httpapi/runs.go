package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// Runs reads reconciliation runs.
type Runs interface {
	// ListRuns returns the page of runs that the URL asks for.
	ListRuns(ctx context.Context, u *url.URL) (listing.Page[billing.Run], error)
	// Run returns a run; billing.ErrRunNotFound if there is none.
	Run(ctx context.Context, id int64) (billing.Run, error)
	// Mismatches returns the first mismatches of a run, by ascending id.
	Mismatches(ctx context.Context, runID int64, limit int) ([]billing.Mismatch, error)
}

// shownMismatches is how many mismatches of a run are shown.
const shownMismatches = 1000

type runBody struct {
	ID          int64              `json:"id"`
	Kind        billing.RunKind    `json:"kind"`
	Status      billing.RunStatus  `json:"status"`
	RequestedBy *int64             `json:"requestedBy"`
	Phase       billing.ObjectKind `json:"phase"`
	Checked     int64              `json:"checked"`
	Mismatches  int64              `json:"mismatches"`
	Healed      int64              `json:"healed"`
	StartedAt   time.Time          `json:"startedAt"`
	UpdatedAt   time.Time          `json:"updatedAt"`
	FinishedAt  *time.Time         `json:"finishedAt"`
}

func runOf(r billing.Run) runBody {
	return runBody{
		r.ID, r.Kind, r.Status, unlessZero(r.RequestedBy), r.Phase, r.Checked, r.Mismatches, r.Healed, r.StartedAt, r.UpdatedAt, r.FinishedAt,
	}
}

type mismatchBody struct {
	Kind     billing.MismatchKind `json:"kind"`
	Object   billing.ObjectKind   `json:"object"`
	ObjectID string               `json:"objectId"`
	Healed   bool                 `json:"healed"`
	FoundAt  time.Time            `json:"foundAt"`
}

// wholeRun is a run with its first mismatches.
type wholeRun struct {
	runBody
	Found []mismatchBody `json:"found"`
}

func (a *api) listRuns(c *gin.Context) {
	page, err := a.Runs.ListRuns(c.Request.Context(), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, runOf))
}

// getRun answers with a run and its first mismatches.
func (a *api) getRun(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	run, err := a.Runs.Run(c.Request.Context(), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	found, err := a.Runs.Mismatches(c.Request.Context(), id, shownMismatches)
	if err != nil {
		web.Fail(c, err)
		return
	}
	shown := make([]mismatchBody, len(found))
	for i, m := range found {
		shown[i] = mismatchBody{m.Kind, m.Object, m.ObjectID, m.Healed, m.FoundAt}
	}
	c.JSON(http.StatusOK, wholeRun{runOf(run), shown})
}

// startRun starts a full comparison. If one is under way it answers with that one.
func (a *api) startRun(c *gin.Context) {
	run, err := a.Service.RequestRun(c.Request.Context(), web.CurrentPrincipal(c).UserID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	actedOn(c, run.ID)
	c.JSON(http.StatusAccepted, runOf(run))
}
