package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

const dataPath = "/internal/users/:id/personal-data"

// people answers for all services, identity with as many sessions as wanted.
func (w *world) people(sessions int) {
	w.directory.answers("GET", dataPath, http.StatusOK, `{"profile":{"id":7}}`)
	w.billing.answers("GET", dataPath, http.StatusOK, `{"ledger":[]}`)
	w.identity.answers("POST", dataPath, http.StatusOK, `{"sessions":["`+strings.Repeat("x", sessions)+`"]}`)
}

func TestTheExportOfAPerson(t *testing.T) {
	w := newWorld(t)
	w.member(7, "NONS")
	w.member(8, "ADMI")
	const length = 3 << 20 // more than is held in memory
	recorded := make(chan string, 9)
	w.identity.engine.Use(func(c *gin.Context) {
		text, _ := io.ReadAll(c.Request.Body)
		recorded <- string(text)
	})
	w.people(length)
	for path, who := range map[string]int64{"/api/users/me/export": 7, "/api/users/7/export": 8} {
		a := w.do("GET", path, "", w.bearer(who)...)
		var got struct {
			Format                       string
			Version                      int
			UserID                       int64 `json:"userId"`
			ExportedAt                   string
			Directory, Identity, Billing map[string]any
		}
		if err := json.Unmarshal([]byte(a.text), &got); err != nil || a.status != http.StatusOK {
			t.Fatalf("%s: %d, %v", path, a.status, err)
		}
		sessions := got.Identity["sessions"].([]any)
		if got.Format != "muster-personal-data" || got.Version != 1 || got.UserID != 7 || got.ExportedAt == "" || got.Directory["profile"] == nil || got.Billing["ledger"] == nil || len(sessions[0].(string)) != length {
			t.Errorf("%s: %.300s", path, a.text)
		}
		if a.header.Get("Content-Disposition") != `attachment; filename="user-7.json"` || a.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %v", path, a.header)
		}
		var body struct {
			ActorID             int64
			SessionID, ClientIP string
		}
		if err := json.Unmarshal([]byte(<-recorded), &body); err != nil || body.ActorID != who || body.SessionID != "s1" || body.ClientIP != "127.0.0.1" {
			t.Errorf("%s: identity was told %+v (%v)", path, body, err)
		}
	}
	w.identity.answers("POST", dataPath+"/refusals", http.StatusOK, `{}`)
	refused(t, "somebody else's", w.do("GET", "/api/users/8/export", "", w.bearer(7)...), http.StatusForbidden, "", "Administrator access required")
	if told := <-recorded; !strings.Contains(told, `"actorId":7`) || len(w.identity.requests("/internal/users/8/personal-data/refusals")) != 1 {
		t.Errorf("identity was told %s", told)
	}
	refused(t, "no id and no administrator", w.do("GET", "/api/users/x/export", "", w.bearer(7)...), http.StatusBadRequest, "VALIDATION_FAILED", "")
	refused(t, "nobody", w.do("GET", "/api/users/me/export", ""), http.StatusUnauthorized, "", "")
	refused(t, "no id", w.do("GET", "/api/users/x/export", "", w.bearer(8)...), http.StatusBadRequest, "VALIDATION_FAILED", "")
}

// TestARefusalThatCannotBeRecorded is not answered as one.
func TestARefusalThatCannotBeRecorded(t *testing.T) {
	w := newWorld(t)
	w.member(7, "NONS")
	w.identity.answers("POST", dataPath+"/refusals", http.StatusInternalServerError, `{"code":"INTERNAL"}`)
	refused(t, "somebody else's", w.do("GET", "/api/users/8/export", "", w.bearer(7)...), http.StatusServiceUnavailable, "UNAVAILABLE", "")
}

// TestNoPartOfAnExport is answered when a service is away, fails, or stops in the middle.
func TestNoPartOfAnExport(t *testing.T) {
	ways := map[string]gin.HandlerFunc{
		"refuses":  func(c *gin.Context) { c.Status(http.StatusServiceUnavailable) },
		"fails":    func(c *gin.Context) { c.String(http.StatusInternalServerError, `{"code":"INTERNAL"}`) },
		"forbids":  func(c *gin.Context) { c.String(http.StatusForbidden, `{"code":"CALLER_NOT_ALLOWED"}`) },
		"is older": func(c *gin.Context) { c.String(http.StatusNotFound, `{}`) },
		"stops": func(c *gin.Context) {
			_, _ = c.Writer.WriteString(`{"profile":`)
			c.Writer.Flush()
			panic(http.ErrAbortHandler)
		},
	}
	for _, service := range []string{"directory", "billing", "identity"} {
		for way, handler := range ways {
			t.Run(service+" "+way, func(t *testing.T) {
				w := newWorld(t)
				w.member(7, "NONS")
				stub := map[string]*stub{"directory": w.directory, "billing": w.billing, "identity": w.identity}[service]
				stub.engine.Use(handler, func(c *gin.Context) { c.Abort() })
				w.people(1)
				refused(t, way, w.do("GET", "/api/users/me/export", "", w.bearer(7)...), http.StatusServiceUnavailable, "UNAVAILABLE", "")
				if service != "identity" && len(w.identity.requests("/internal/users/7/personal-data")) > 0 {
					t.Error("identity has recorded an export that nobody got")
				}
			})
		}
	}
	w := newWorld(t)
	w.member(8, "ADMI")
	w.directory.answers("GET", dataPath, http.StatusNotFound, `{"message":"User not found","code":"USER_NOT_FOUND"}`)
	refused(t, "nobody's", w.do("GET", "/api/users/9/export", "", w.bearer(8)...), http.StatusNotFound, "", "User not found")
}
