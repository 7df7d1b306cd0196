package httpapi

import (
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// auditEntry is an entry of the audit trail. Absent values are null.
type auditEntry struct {
	ID        int64     `json:"id"`
	At        time.Time `json:"at"`
	Action    string    `json:"action"`
	Result    string    `json:"result"`
	ActorID   *int64    `json:"actorId"`
	TargetID  *int64    `json:"targetId"`
	SessionID *string   `json:"sessionId"`
	Network   *string   `json:"network"`
}

func auditEntryOf(e identity.AuditEntry) auditEntry {
	return auditEntry{
		ID: e.ID, At: e.At.UTC(), Action: string(e.Action), Result: e.Result,
		ActorID: present(e.ActorID), TargetID: present(e.TargetID), SessionID: present(e.SessionID), Network: present(e.Network),
	}
}

// present returns nil for the zero value.
func present[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func (a *api) listAudit(c *gin.Context) {
	page, err := a.reader.Audit(c.Request.Context(), c.Request.URL)
	answerAudit(c, page, err)
}

func (a *api) listOwnAudit(c *gin.Context) {
	page, err := a.reader.OwnAudit(c.Request.Context(), web.CurrentPrincipal(c).UserID, c.Request.URL)
	answerAudit(c, page, err)
}

func answerAudit(c *gin.Context, page listing.Page[identity.AuditEntry], err error) {
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, auditEntryOf))
}

// anybody says where the request comes from, for the audit trail.
func (a *api) anybody(c *gin.Context) { setOrigin(c, identity.Origin{Network: clientOf(c).Network}) }

// user admits users, and says who they are, for the audit trail.
func (a *api) user(c *gin.Context) {
	a.auth.User(c)
	if c.IsAborted() {
		return
	}
	p := web.CurrentPrincipal(c)
	setOrigin(c, identity.Origin{ActorID: p.UserID, SessionID: p.SessionID, Network: clientOf(c).Network})
}

func setOrigin(c *gin.Context, o identity.Origin) {
	c.Request = c.Request.WithContext(o.In(c.Request.Context()))
}

// admin admits administrators, and records that others have tried.
func (a *api) admin(action identity.Action) gin.HandlerFunc {
	return func(c *gin.Context) {
		a.user(c)
		if c.IsAborted() || web.CurrentPrincipal(c).IsAdmin() {
			return
		}
		if err := a.service.RefuseNonAdmin(c.Request.Context(), action, web.CurrentPrincipal(c).UserID); err != nil {
			web.Fail(c, err)
			return
		}
		web.Fail(c, web.ErrAdminOnly)
	}
}
