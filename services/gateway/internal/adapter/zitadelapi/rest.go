package zitadelapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"muster/libs/web"
)

// restHandler answers a JSON body; empty for no body.
type restHandler func(ctx context.Context, body []byte) (proto.Message, error)

// badJSON does not repeat the decoder, whose wording varies.
const badJSON = "the request body is not a valid JSON object for this method"

// rest makes a handler of a method. Like ZITADEL's gateway it ignores unknown members.
func rest[In any, Message interface {
	*In
	proto.Message
}, Out proto.Message](call func(context.Context, Message) (Out, error)) restHandler {
	return func(ctx context.Context, body []byte) (proto.Message, error) {
		in := Message(new(In))
		if len(bytes.TrimSpace(body)) > 0 {
			if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(body, in); err != nil {
				return nil, invalid(badJSON)
			}
		}
		return call(ctx, in)
	}
}

func (a *api) serveREST(h restHandler) gin.HandlerFunc {
	return func(c *gin.Context) {
		var body []byte
		if c.Request.Method != http.MethodGet {
			var err error
			if body, err = web.ReadBody(c); err != nil {
				a.refuseREST(c, err)
				return
			}
		}
		answer, err := h(c.Request.Context(), body)
		if err != nil {
			a.refuseREST(c, err)
			return
		}
		a.write(c, http.StatusOK, answer)
	}
}

// refuseREST answers with the error as google.rpc.Status in JSON.
func (a *api) refuseREST(c *gin.Context, err error) {
	c.Abort()
	e, status := explain(c, err)
	answer := &statuspb.Status{Code: int32(e.Code()), Message: e.Message()}
	for _, d := range e.Details() {
		answer.Details = append(answer.Details, &anypb.Any{TypeUrl: "type.googleapis.com/" + d.Type(), Value: d.Bytes()})
	}
	a.write(c, status, answer)
}

// write leaves zero members out, as ZITADEL's gateway does. The spaces that protojson adds at random are removed.
func (a *api) write(c *gin.Context, status int, m proto.Message) {
	text, err := protojson.Marshal(m)
	var compact bytes.Buffer
	if err == nil {
		err = json.Compact(&compact, text)
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Data(status, "application/json", compact.Bytes())
}
