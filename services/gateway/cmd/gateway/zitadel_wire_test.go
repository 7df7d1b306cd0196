package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	rpc "connectrpc.com/connect"
	"connectrpc.com/grpcreflect"
	"github.com/gin-gonic/gin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"muster/libs/testkit/eventually"
	"muster/libs/web"
	"muster/services/gateway/internal/zitadelpb"
)

func (w *world) grpc() *grpc.ClientConn {
	w.t.Helper()
	conn, err := grpc.NewClient(strings.TrimPrefix(w.url, "http://"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestUnknownGRPCMethods(t *testing.T) {
	w := newWorld(t)
	conn := w.grpc()
	for method, want := range map[string]string{
		"/zitadel.auth.v1.AuthService/GetMyUser": "unknown method GetMyUser for service zitadel.auth.v1.AuthService",
		"/zitadel.admin.v1.AdminService/Healthz": "unknown service zitadel.admin.v1.AdminService",
		"/api/plans":                             "unknown service api",
		"/grpc.health.v1.Health/Watch":           "unknown method Watch for service grpc.health.v1.Health",
		"/nothing":                               `malformed method name: "/nothing"`,
	} {
		err := conn.Invoke(t.Context(), method, &zitadelpb.GetMyEmailRequest{}, &zitadelpb.GetMyEmailResponse{})
		if s := status.Convert(err); s.Code() != codes.Unimplemented || s.Message() != want {
			t.Errorf("%s: %v", method, err)
		}
	}
	a := w.do("POST", "/zitadel.auth.v1.AuthService/GetMyUser", "\x00\x00\x00\x00\x00", "Content-Type", "application/grpc-web+proto")
	if a.status != 200 || a.header.Get("Grpc-Status") != "12" {
		t.Errorf("gRPC-Web: %s %v", a, a.header)
	}
	if a := w.do("POST", "/zitadel.auth.v1.AuthService/GetMyUser", "{}"); a.status != 404 {
		t.Errorf("JSON: %s", a)
	}
}

func TestGRPCHealth(t *testing.T) {
	w := newWorld(t)
	client := grpc_health_v1.NewHealthClient(w.grpc())
	for _, service := range []string{"", "zitadel.auth.v1.AuthService"} {
		a, err := client.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: service})
		if err != nil || a.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
			t.Errorf("%q: %v %v", service, a, err)
		}
	}
	if _, err := client.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "other"}); status.Code(err) != codes.NotFound {
		t.Errorf("an unknown service: %v", err)
	}
}

// TestReflection uses the clients of both versions that gRPC's own tools are built from.
func TestReflection(t *testing.T) {
	w := newWorld(t)
	const service = "zitadel.auth.v1.AuthService"
	v1, err := reflectionv1.NewServerReflectionClient(w.grpc()).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second question comes after the first answer
		if err := v1.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}}); err != nil {
			t.Fatal(err)
		}
		a, err := v1.Recv()
		listed := slices.ContainsFunc(a.GetListServicesResponse().GetService(), func(s *reflectionv1.ServiceResponse) bool { return s.GetName() == service })
		if err != nil || !listed {
			t.Fatalf("v1: %v %v", a, err)
		}
	}
	v1alpha, err := reflectionv1alpha.NewServerReflectionClient(w.grpc()).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	question := &reflectionv1alpha.ServerReflectionRequest{ //nolint:staticcheck // older tools use it
		MessageRequest: &reflectionv1alpha.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: service}, //nolint:staticcheck // older tools use it
	}
	if err := v1alpha.Send(question); err != nil {
		t.Fatal(err)
	}
	if a, err := v1alpha.Recv(); err != nil || len(a.GetFileDescriptorResponse().GetFileDescriptorProto()) == 0 { //nolint:staticcheck // older tools use it
		t.Errorf("v1alpha: %v %v", a, err)
	}
	stream := grpcreflect.NewClient(http2Only(t), w.url, rpc.WithGRPC()).NewStream(t.Context())
	files, err := stream.FileContainingSymbol(service)
	_, _ = stream.Close()
	if err != nil || len(files) == 0 {
		t.Errorf("%v %v", files, err)
	}
}

func http2Only(t *testing.T) *http.Client {
	t.Helper()
	var only http.Protocols
	only.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &only}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// TestEveryRouteSpeaksHTTP2, not only gRPC's.
func TestEveryRouteSpeaksHTTP2(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	w.directory.answers("PUT", "/api/users/me", 200, `{"id":7}`)
	w.client = http2Only(t)
	if a := w.do("PUT", `/api/users/me?a={"b":"c%20d"}`, `{"firstName":"Ada"}`, w.bearer(7)...); a.status != 200 || a.text != `{"id":7}` {
		t.Errorf("%s", a)
	}
	if r := w.directory.last(t, "/api/users/me"); r.ProtoMajor != 1 || r.ContentLength != 19 {
		t.Errorf("%s %d", r.Proto, r.ContentLength)
	}
	refused := `{"message":"no"}`
	w.directory.engine.POST("/api/users/import", func(c *gin.Context) {
		_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now()) // as libs/web does for streamed bodies
		c.Data(403, "application/json", []byte(refused))
	})
	w.member(1, "ADMI")
	body, rest := io.Pipe()
	defer rest.Close()
	go func() { _, _ = io.WriteString(rest, "begin") }()
	if status, text := w.upload(body); status != 403 || text != refused {
		t.Errorf("an upload whose refusal comes before its end: %d %s", status, text)
	}
}

// message is a message in gRPC's frame, compressed if flag is 1.
func message(flag byte, text []byte) []byte {
	n := len(text)
	return append([]byte{flag, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, text...)
}

// TestAnInflatedMessageIsRefused: 20 KB that would become 20 MB.
func TestAnInflatedMessageIsRefused(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	text, err := proto.Marshal(&zitadelpb.VerifyMyEmailRequest{Code: strings.Repeat("1", 20<<20)})
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(text); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	headers := append(w.bearerOnly(7), "Content-Type", "application/grpc-web+proto", "Grpc-Encoding", "gzip")
	a := w.do("POST", "/zitadel.auth.v1.AuthService/VerifyMyEmail", string(message(1, packed.Bytes())), headers...)
	if a.status != 200 || a.header.Get("Grpc-Status") != "8" {
		t.Errorf("%s %v", a, a.header)
	}
}

// openCall begins a gRPC call whose body never ends, and returns a channel that is closed when it is answered.
func (w *world) openCall(client *http.Client, path, from string, headers ...string) <-chan struct{} {
	w.t.Helper()
	body, unsent := io.Pipe()
	w.t.Cleanup(func() { _ = unsent.Close() })
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/grpc")
	r.Header.Set("X-Forwarded-For", from)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if resp, err := client.Do(r); err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}()
	return ended
}

// TestOpenGRPCCallsShareTheBodiesOfTheirNetwork: calls that never send are ended in favour of newer ones of the same
// network. Those of other networks go on.
func TestOpenGRPCCallsShareTheBodiesOfTheirNetwork(t *testing.T) {
	const verify, reflect = "/zitadel.auth.v1.AuthService/VerifyMyEmail", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
	for _, path := range []string{verify, reflect} {
		t.Run(path, func(t *testing.T) {
			w := newWorld(t, behindAProxy)
			w.member(7, "SUBS")
			w.emails()
			client, token := http2Only(t), w.bearerOnly(7)
			other := w.openCall(client, path, "203.0.113.1", token...)
			var open []<-chan struct{}
			for range web.BodiesPerNetwork {
				open = append(open, w.openCall(client, path, "198.51.100.7", token...))
			}
			from := append([]string{"x-forwarded-for", "198.51.100.7"}, token...)
			ended := func() (n int) {
				for _, c := range open {
					select {
					case <-c:
						n++
					default:
					}
				}
				return n
			}
			eventually.Holds(t, time.Minute, "an open call is ended", func() bool {
				out := overGRPC(t, w.url, "VerifyMyEmail", &zitadelpb.VerifyMyEmailRequest{Code: "H83J3"}, &zitadelpb.VerifyMyEmailResponse{}, from...)
				if out.code != 0 {
					t.Errorf("a call with its body: %+v", out)
				}
				return ended() > 0
			})
			if n := ended(); n == len(open) {
				t.Error("all have ended, as after the time of a body")
			}
			select {
			case <-other:
				t.Error("the call of another network has ended")
			default:
			}
		})
	}
}

// TestARefusedGRPCCallHasItsStatusInTheTrailer, although its headers are sent before.
func TestARefusedGRPCCallHasItsStatusInTheTrailer(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{"/zitadel.auth.v1.AuthService/VerifyMyEmail": "16", "/nothing.Service/Method": "12"} {
		resp, err := http2Only(t).Post(w.url+path, "application/grpc", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || resp.Trailer.Get("Grpc-Status") != want || resp.Header.Get("Grpc-Status") != "" {
			t.Errorf("%s: %d %v %v", path, resp.StatusCode, resp.Header, resp.Trailer)
		}
	}
}

// TestPagesMayUseGRPCWeb: a browser asks for these headers before it sends a call, and hides others of the answer.
func TestPagesMayUseGRPCWeb(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.CORSOrigins = []string{"https://app.example.com"} })
	a := w.do("OPTIONS", "/zitadel.auth.v1.AuthService/VerifyMyEmail", "", "Origin", "https://app.example.com",
		"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type,x-grpc-web,x-user-agent,grpc-timeout")
	allowed := strings.ToLower(a.header.Get("Access-Control-Allow-Headers"))
	for _, name := range []string{"authorization", "content-type", "x-grpc-web", "x-user-agent", "grpc-timeout"} {
		if a.status != 204 || !strings.Contains(allowed, name) {
			t.Errorf("%s: %s %v", name, a, a.header)
		}
	}
	a = w.do("POST", "/zitadel.auth.v1.AuthService/VerifyMyEmail", "", "Origin", "https://app.example.com", "Content-Type", "application/grpc-web+proto")
	if exposed := a.header.Get("Access-Control-Expose-Headers"); a.header.Get("Grpc-Status") != "16" || !strings.Contains(exposed, "Grpc-Status-Details-Bin") {
		t.Errorf("%s %v", a, a.header)
	}
}
