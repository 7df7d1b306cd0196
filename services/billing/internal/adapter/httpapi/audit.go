package httpapi

import (
	"encoding/json"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// actBody is what an administrator did.
type actBody struct {
	ID      int64           `json:"id"`
	AdminID int64           `json:"adminId"`
	Action  string          `json:"action"`             // the route: "POST /api/billing/plans"
	Object  *string         `json:"object"`             // the object's id; null for a new one that was refused
	Detail  json.RawMessage `json:"detail" null:"true"` // what the administrator has sent; null if that was not JSON, or too long
	Status  *int            `json:"status"`             // of the answer; null for an act that was interrupted, or is under way
	BegunAt time.Time       `json:"begunAt"`
	EndedAt *time.Time      `json:"endedAt"`
}

func actOf(r billing.RecordedAct) actBody {
	b := actBody{ID: r.ID, AdminID: r.AdminID, Action: r.Action, Detail: r.Detail, Status: r.Status, BegunAt: r.At, EndedAt: r.EndedAt}
	if r.Object != "" {
		b.Object = &r.Object
	}
	return b
}

func (a *api) listActs(c *gin.Context) {
	page, err := a.Reader.Acts(c.Request.Context(), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, actOf))
}
