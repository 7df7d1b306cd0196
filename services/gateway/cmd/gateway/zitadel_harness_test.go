package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	rpc "connectrpc.com/connect"
	"github.com/gin-gonic/gin"
	"google.golang.org/genproto/googleapis/api/annotations"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	"muster/libs/service/servicetest"
	"muster/libs/web"
	"muster/services/gateway/internal/zitadelpb"
	"muster/services/gateway/internal/zitadelpb/zitadelpbconnect"
)

// emails is directory's part in the email address of user 7, with the routes and the exact bodies that the gateway and
// directory have agreed on.
type emails struct {
	mu       sync.Mutex
	refusal  string // what it answers instead: a status and a code
	wrote    string
	verified bool
	calls    []string
}

const emailBody = `{"email":"ada@example.com","verified":%t,"version":4,"createdAt":"2026-03-01T08:30:00Z","updatedAt":"2026-03-02T09:00:00.5Z"}`

func (w *world) emails() *emails {
	w.t.Helper()
	e := &emails{}
	tokens, err := web.NewServiceTokens(servicetest.Secret, "directory")
	if err != nil {
		w.t.Fatal(err)
	}
	r := w.directory.engine.Group("/internal/users/7/email", tokens.Only("gateway"))
	r.GET("", e.answer)
	r.PUT("", e.answer)
	r.POST("/code", e.answer)
	r.PUT("/verification", e.answer)
	return e
}

func (e *emails) answer(c *gin.Context) {
	body, _ := io.ReadAll(c.Request.Body)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = append(e.calls, fmt.Sprintf("%s %s %s", c.Request.Method, strings.TrimPrefix(c.FullPath(), "/internal/users/7/email"), body))
	if e.wrote != "" {
		c.Header("X-Muster-Wrote", e.wrote)
	}
	if code, refusal, refused := strings.Cut(e.refusal, " "); refused {
		var status int
		fmt.Sscan(code, &status)
		c.Header("Retry-After", "7")
		c.JSON(status, gin.H{"code": refusal, "message": "Directory refuses: " + refusal})
		return
	}
	c.Data(http.StatusOK, "application/json", fmt.Appendf(nil, emailBody, e.verified))
}

// refuses makes directory answer with "status CODE" from now on, or normally for "".
func (e *emails) refuses(with string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refusal, e.calls = with, nil
}

func (e *emails) called() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.calls
}

// outcome is the answer of a method in the terms that all protocols share.
type outcome struct {
	code    int // of gRPC; 0 for success
	message string
	details string // each as id and message
	header  http.Header
}

// protocol calls a method of the service and fills out. headers are names and values.
type protocol func(t *testing.T, url, method string, in, out proto.Message, headers ...string) outcome

var protocols = map[string]protocol{"JSON": overJSON, "gRPC": overGRPC, "gRPC-Web": overConnect(rpc.WithGRPCWeb()), "Connect": overConnect()}

func methodNamed(t *testing.T, name string) protoreflect.MethodDescriptor {
	t.Helper()
	m := zitadelpb.File_zitadel_auth_proto.Services().ByName("AuthService").Methods().ByName(protoreflect.Name(name))
	if m == nil {
		t.Fatalf("no method %s", name)
	}
	return m
}

// overJSON follows the HTTP rule of the method.
func overJSON(t *testing.T, url, method string, in, out proto.Message, headers ...string) outcome {
	t.Helper()
	rule := proto.GetExtension(methodNamed(t, method).Options(), annotations.E_Http).(*annotations.HttpRule)
	body, verb, path := io.Reader(http.NoBody), http.MethodGet, rule.GetGet()
	if rule.GetBody() == "*" {
		text, err := protojson.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		body, verb, path = bytes.NewReader(text), http.MethodPost, rule.GetPost()
		if put := rule.GetPut(); put != "" {
			verb, path = http.MethodPut, put
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), verb, url+"/auth/v1"+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || !json.Valid(text) || resp.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%s (%s): %v", text, resp.Header.Get("Content-Type"), err)
	}
	if resp.StatusCode == http.StatusOK {
		if err := protojson.Unmarshal(text, out); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		return outcome{header: resp.Header}
	}
	var refused statuspb.Status
	if err := protojson.Unmarshal(text, &refused); err != nil {
		t.Errorf("%s: %v", text, err)
	}
	return outcome{int(refused.GetCode()), refused.GetMessage(), inWords(t, refused.GetDetails()), resp.Header}
}

// overGRPC uses the client of grpc-go, which shares nothing with the server.
func overGRPC(t *testing.T, url, method string, in, out proto.Message, headers ...string) outcome {
	t.Helper()
	conn, err := grpc.NewClient(strings.TrimPrefix(url, "http://"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var header metadata.MD
	ctx := metadata.AppendToOutgoingContext(t.Context(), headers...)
	err = conn.Invoke(ctx, "/zitadel.auth.v1.AuthService/"+method, in, out, grpc.Header(&header))
	s := status.Convert(err)
	return outcome{int(s.Code()), s.Message(), inWords(t, s.Proto().GetDetails()), canonical(header)}
}

func canonical(md metadata.MD) http.Header {
	h := http.Header{}
	for name, values := range md {
		h[http.CanonicalHeaderKey(name)] = values
	}
	return h
}

func overConnect(options ...rpc.ClientOption) protocol {
	return func(t *testing.T, url, method string, in, out proto.Message, headers ...string) outcome {
		t.Helper()
		ctx, info := rpc.NewClientContext(context.Background())
		for i := 0; i+1 < len(headers); i += 2 {
			info.RequestHeader().Set(headers[i], headers[i+1])
		}
		client := zitadelpbconnect.NewAuthServiceClient(http.DefaultClient, url, options...)
		var answer proto.Message
		var err error
		switch in := in.(type) {
		case *zitadelpb.GetMyEmailRequest:
			answer, err = client.GetMyEmail(ctx, in)
		case *zitadelpb.SetMyEmailRequest:
			answer, err = client.SetMyEmail(ctx, in)
		case *zitadelpb.VerifyMyEmailRequest:
			answer, err = client.VerifyMyEmail(ctx, in)
		case *zitadelpb.ResendMyEmailVerificationRequest:
			answer, err = client.ResendMyEmailVerification(ctx, in)
		}
		if err == nil {
			proto.Merge(out, answer)
			return outcome{header: info.ResponseHeader()}
		}
		refused, ok := errors.AsType[*rpc.Error](err)
		if !ok {
			t.Fatal(err)
		}
		var details []*anypb.Any
		for _, d := range refused.Details() {
			details = append(details, &anypb.Any{TypeUrl: "type.googleapis.com/" + d.Type(), Value: d.Bytes()})
		}
		return outcome{int(refused.Code()), refused.Message(), inWords(t, details), refused.Meta()}
	}
}

func inWords(t *testing.T, details []*anypb.Any) string {
	t.Helper()
	var all []string
	for _, d := range details {
		var detail zitadelpb.ErrorDetail
		if err := d.UnmarshalTo(&detail); err != nil {
			t.Error(err)
		}
		all = append(all, detail.GetId()+" "+detail.GetMessage())
	}
	return strings.Join(all, ", ")
}
