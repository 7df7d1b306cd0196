package ops

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/gin-gonic/gin"
	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/inbox"
	"muster/libs/web"
)

// Config describes the parts of a service that operators can act on.
type Config struct {
	Tokens   web.ServiceTokens
	Logger   *slog.Logger
	Consumer *inbox.Consumer
	// DB is the database with the outbox.
	DB *gorm.DB
	// Republish is nil when the service publishes nothing.
	Republish Republisher
	// Tasks is nil when the service has no background tasks that it can give up on.
	Tasks *Tasks
	// Model is nil when the service has no read model that it can build anew.
	Model *Model
}

// Republisher publishes the state of users again. In one transaction it appends the current state of the users with ids
// from first to last to the outbox, at most limit of them, in id order and with their current versions. It returns the
// number of users and the last id.
type Republisher func(ctx context.Context, first, last int64, limit int) (n int, reached int64, err error)

// Tasks gives operators access to background tasks.
type Tasks struct {
	// List returns tasks in a state that waits for an operator, in id order, starting after the given id. The service
	// defines the names of the states, and returns an *errs.Error for an unknown one.
	List func(ctx context.Context, state string, after int64, limit int) ([]Task, error)
	// Replay makes such a task due again. It reports whether the task exists.
	Replay func(ctx context.Context, id int64) (bool, error)
}

// Errors for ids that do not exist, or no longer exist.
var (
	ErrParkedNotFound = errs.New(errs.KindNotFound, "PARKED_NOT_FOUND", "There is no parked record with this id.")
	ErrDeadNotFound   = errs.New(errs.KindNotFound, "DEAD_EVENT_NOT_FOUND", "There is no dead event with this id.")
	ErrTaskNotFound   = errs.New(errs.KindNotFound, "TASK_NOT_FOUND", "There is no task with this id that waits for an operator.")
	ErrStateNotFound  = errs.New(errs.KindNotFound, "STATE_NOT_FOUND", "The service publishes no state of this user.")
)

// Mount adds the routes.
func Mount(routes gin.IRouter, config Config) {
	d := &desk{config}
	r := routes.Group("/internal/ops", config.Tokens.Only(Caller))
	r.GET("/parked", d.do("parked list", d.listParked))
	r.GET("/parked/:id", d.do("parked show", d.showParked))
	r.POST("/parked/:id/replay", d.do("parked replay", d.replayParked))
	r.POST("/parked/replay", d.do("parked replay", d.replayAll))
	r.DELETE("/parked/:id", d.do("parked drop", d.dropParked))
	r.GET("/topics", d.do("topics list", d.listTopics))
	r.POST("/topics/:topic/rewind", d.do("topics rewind", d.rewindTopic))
	r.POST("/topics/:topic/resume", d.do("topics resume", d.resumeTopic))
	if config.Republish != nil {
		r.GET("/outbox", d.do("outbox list", d.listDead))
		r.GET("/outbox/:id", d.do("outbox show", d.showDead))
		r.POST("/outbox/:id/requeue", d.do("outbox requeue", d.requeueDead))
		r.DELETE("/outbox/:id", d.do("outbox drop", d.dropDead))
		r.POST("/state/republish", d.do("state republish", d.republish))
	}
	if config.Model != nil {
		r.GET("/model", d.do("model show", d.showModel))
		r.POST("/model/rebuild", d.do("model rebuild", d.rebuildModel))
		r.POST("/model/accept", d.do("model accept", d.acceptModel))
	}
	if config.Tasks != nil {
		r.GET("/tasks", d.do("tasks list", d.listTasks))
		r.POST("/tasks/:id/replay", d.do("tasks replay", d.replayTask))
	}
}

// desk handles the operators' requests.
type desk struct{ Config }

// action handles a request and returns the answer, nil for 204. note adds attributes to the log line.
type action func(c *gin.Context, note func(args ...any)) (answer any, err error)

// do runs an action, answers the request, and logs the operator and the action.
func (d *desk) do(name string, act action) gin.HandlerFunc {
	return func(c *gin.Context) {
		said := []any{"action", name, "caller", Caller, "operator", printable(c.GetHeader(HeaderOperator))}
		if id := c.Param("id"); id != "" {
			said = append(said, "id", printable(id))
		}
		answer, err := act(c, func(args ...any) { said = append(said, args...) })
		if err != nil {
			d.Logger.WarnContext(c.Request.Context(), "an operator's action failed", append(said, "code", errs.From(err).Code)...)
			web.Fail(c, err)
			return
		}
		d.Logger.InfoContext(c.Request.Context(), "an operator acted", said...)
		if answer == nil {
			c.Status(http.StatusNoContent)
			return
		}
		c.JSON(http.StatusOK, answer)
	}
}

// printable makes request text safe to log: without control characters, and of limited length.
func printable(text string) string {
	const longest = 100
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, text)
	runes := []rune(text)
	return string(runes[:min(len(runes), longest)])
}

const (
	defaultPage = 50
	maxPage     = 200
)

// page reads the bounds of a list: after, and limit from 1 to 200, default 50.
func page(c *gin.Context) (after int64, limit int, err error) {
	after, err = strconv.ParseInt(c.DefaultQuery("after", "0"), 10, 64)
	if err != nil || after < 0 {
		return 0, 0, errs.InvalidField("after", "must be the next of a page")
	}
	limit, err = strconv.Atoi(c.DefaultQuery("limit", strconv.Itoa(defaultPage)))
	if err != nil || limit < 1 || limit > maxPage {
		return 0, 0, errs.InvalidField("limit", "must be from 1 to "+strconv.Itoa(maxPage))
	}
	return after, limit, nil
}

// paged returns a page of rows. After a full page there may be another one.
func paged[R, T any](rows []R, limit int, convert func(R) T, id func(R) int64) Page[T] {
	p := Page[T]{Data: make([]T, len(rows))}
	for i, row := range rows {
		p.Data[i] = convert(row)
	}
	if len(rows) == limit {
		p.Next = id(rows[limit-1])
	}
	return p
}
