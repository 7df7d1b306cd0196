package mailcatcher_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"muster/deploy/local/mailcatcher"
)

func start(t *testing.T, options mailcatcher.Options) *mailcatcher.Server {
	t.Helper()
	options.SMTPAddr, options.HTTPAddr = "127.0.0.1:0", "127.0.0.1:0"
	if options.Dir == "" {
		options.Dir = t.TempDir()
	}
	server, err := mailcatcher.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}

// plain is a mail with only a text part.
func plain(to, subject, text string) string {
	return "From: Muster <muster@example.org>\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nMessage-ID: <1@example.org>\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n"
}

const both = "From: Muster <muster@example.org>\r\nTo: =?utf-8?q?J=C3=BCrgen?= <juergen@example.org>\r\nReply-To: help@example.org\r\n" +
	"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Mon, 02 Jan 2006 15:04:05 +0000\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/alternative; boundary=xx\r\n\r\n" +
	"--xx\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nYour code: 123=\r\n456\r\n" +
	"--xx\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Your code: <b>123456</b></p><script>alert(1)</script>\r\n--xx--\r\n"

func send(server *mailcatcher.Server, raw string, recipients ...string) error {
	client, err := smtp.Dial(server.SMTPAddr())
	if err != nil {
		return err
	}
	defer client.Close()
	return client.SendMail("bounce@example.org", recipients, strings.NewReader(raw))
}

func mustSend(t *testing.T, server *mailcatcher.Server, raw string, recipients ...string) {
	t.Helper()
	if err := send(server, raw, recipients...); err != nil {
		t.Fatal(err)
	}
}

// request sends a request and returns the answer's status, headers and body.
func request(t *testing.T, method, url, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(text)
}

func get[T any](t *testing.T, url string) T {
	t.Helper()
	status, _, body := request(t, http.MethodGet, url, "")
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", url, status, body)
	}
	var value T
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

type list struct {
	Total, Unread, Count, Start int
	MessagesCount               int `json:"messages_count"`
	MessagesUnread              int `json:"messages_unread"`
	Messages                    []mailcatcher.Summary
}

func subjects(l list) (all []string) {
	for _, m := range l.Messages {
		all = append(all, m.Subject)
	}
	return all
}

func TestAMailAsTheAPIShowsIt(t *testing.T) {
	server := start(t, mailcatcher.Options{})
	mustSend(t, server, both, "juergen@example.org", "archive@example.org")

	message := get[mailcatcher.Message](t, server.URL()+"/api/v1/message/latest")
	if message.Text != "Your code: 123456" || !strings.Contains(message.HTML, "<b>123456</b>") || message.Subject != "Grüße" {
		t.Errorf("text %q, HTML %q, subject %q", message.Text, message.HTML, message.Subject)
	}
	if *message.From != (mailcatcher.Address{Name: "Muster", Address: "muster@example.org"}) ||
		message.To[0] != (mailcatcher.Address{Name: "Jürgen", Address: "juergen@example.org"}) ||
		message.Bcc[0].Address != "archive@example.org" || message.ReplyTo[0].Address != "help@example.org" ||
		message.ReturnPath != "bounce@example.org" {
		t.Errorf("addresses: %+v", message)
	}
	if message.Date.Year() != 2006 || message.Size == 0 {
		t.Errorf("date %v, size %d", message.Date, message.Size)
	}
	status, _, raw := request(t, http.MethodGet, server.URL()+"/api/v1/message/"+message.ID+"/raw", "")
	if status != http.StatusOK || !strings.HasSuffix(raw, both) {
		t.Errorf("raw: %d %q", status, raw)
	}
}

func TestTheNamesOnTheWireAreMailpits(t *testing.T) {
	server := start(t, mailcatcher.Options{})
	mustSend(t, server, both, "juergen@example.org")
	page := get[map[string]any](t, server.URL()+"/api/v1/messages")
	for _, name := range []string{"total", "unread", "count", "messages_count", "messages_unread", "start", "tags", "messages"} {
		if _, ok := page[name]; !ok {
			t.Errorf("the list has no %s", name)
		}
	}
	summary := page["messages"].([]any)[0].(map[string]any)
	for _, name := range []string{"ID", "MessageID", "Read", "From", "To", "Cc", "Bcc", "ReplyTo", "Subject", "Created", "Username", "Tags", "Size", "Attachments", "Snippet"} {
		if value, ok := summary[name]; !ok || value == nil {
			t.Errorf("the summary's %s is %v", name, value)
		}
	}
	message := get[map[string]any](t, server.URL()+"/api/v1/message/"+summary["ID"].(string))
	for _, name := range []string{"ID", "MessageID", "From", "To", "Cc", "Bcc", "ReplyTo", "ReturnPath", "Subject", "Date", "Tags", "Username", "Text", "HTML", "Size", "Inline", "Attachments"} {
		if value, ok := message[name]; !ok || value == nil {
			t.Errorf("the message's %s is %v", name, value)
		}
	}
}

func TestListsAreNewestFirstAndPaged(t *testing.T) {
	server := start(t, mailcatcher.Options{})
	for i := range 3 {
		mustSend(t, server, plain("ann@example.org", fmt.Sprint("mail ", i), "text"), "ann@example.org")
	}
	all := get[list](t, server.URL()+"/api/v1/messages")
	if got := fmt.Sprint(subjects(all)); got != "[mail 2 mail 1 mail 0]" || all.Total != 3 || all.Unread != 3 || all.MessagesCount != 3 {
		t.Errorf("%s, %+v", got, all)
	}
	page := get[list](t, server.URL()+"/api/v1/messages?start=1&limit=1")
	if got := fmt.Sprint(subjects(page)); got != "[mail 1]" || page.Count != 1 || page.Start != 1 || page.Total != 3 {
		t.Errorf("%s, %+v", got, page)
	}
	request(t, http.MethodGet, server.URL()+"/api/v1/message/"+all.Messages[0].ID, "")
	if after := get[list](t, server.URL()+"/api/v1/messages"); after.Unread != 2 || !after.Messages[0].Read {
		t.Errorf("after one was read: %+v", after)
	}
	if got := get[list](t, server.URL()+"/api/v1/messages?start=1&limit=9223372036854775807"); len(got.Messages) != 2 {
		t.Errorf("a huge limit: %+v", got)
	}
	if got := get[list](t, server.URL()+"/api/v1/messages?start=9"); len(got.Messages) != 0 {
		t.Errorf("beyond the end: %+v", got)
	}
}

func TestSearch(t *testing.T) {
	server := start(t, mailcatcher.Options{})
	mustSend(t, server, plain("Ann <ann@example.org>", "Verify your email", "code 111111"), "ann@example.org")
	mustSend(t, server, plain("bob@example.org", "Reset your password", "code 222222"), "bob@example.org", "boss@example.org")
	for query, want := range map[string]string{
		"to:ann@example.org":               "[Verify your email]",
		"to:ANN@example.org":               "[Verify your email]",
		"to:ann":                           "[Verify your email]",
		"to:nobody@example.org":            "[]",
		"bcc:boss@example.org":             "[Reset your password]",
		"addressed:boss@example.org":       "[Reset your password]",
		`subject:"your email"`:             "[Verify your email]",
		"code":                             "[Reset your password Verify your email]",
		"222222":                           "[Reset your password]",
		"code -to:bob@example.org":         "[Verify your email]",
		"code !subject:verify":             "[Reset your password]",
		"to:bob@example.org subject:reset": "[Reset your password]",
		"is:read":                          "[]",
		"from:muster@example.org is:unread message-id:1@example": "[Reset your password Verify your email]",
	} {
		found := get[list](t, server.URL()+"/api/v1/search?query="+url.QueryEscape(query))
		if got := fmt.Sprint(subjects(found)); got != want || found.Total != 2 || found.MessagesCount != len(found.Messages) {
			t.Errorf("%s: %s (%+v), want %s", query, got, found, want)
		}
	}
	if status, _, _ := request(t, http.MethodGet, server.URL()+"/api/v1/search", ""); status != http.StatusBadRequest {
		t.Errorf("a search for nothing: %d", status)
	}
	latest := get[mailcatcher.Message](t, server.URL()+"/api/v1/message/latest?query="+url.QueryEscape("to:ann@example.org"))
	if latest.Subject != "Verify your email" {
		t.Errorf("latest of ann: %q", latest.Subject)
	}
}

func TestDelete(t *testing.T) {
	dir := t.TempDir()
	server := start(t, mailcatcher.Options{Dir: dir})
	for _, to := range []string{"ann@example.org", "bob@example.org", "eve@example.org"} {
		mustSend(t, server, plain(to, "for "+to, "text"), to)
	}
	mails := get[list](t, server.URL()+"/api/v1/messages").Messages
	steps := []struct {
		path, body string
		left       int
	}{
		{"/api/v1/messages", `{"IDs":["` + mails[0].ID + `"]}`, 2},
		{"/api/v1/search?query=to:bob@example.org", "", 1},
		{"/api/v1/messages", "", 0},
	}
	for _, step := range steps {
		if status, _, body := request(t, http.MethodDelete, server.URL()+step.path, step.body); status != http.StatusOK || body != "ok" {
			t.Errorf("DELETE %s: %d %s", step.path, status, body)
		}
		if got := get[list](t, server.URL()+"/api/v1/messages").Total; got != step.left {
			t.Errorf("after DELETE %s %d mails are left, want %d", step.path, got, step.left)
		}
	}
	if status, _, _ := request(t, http.MethodGet, server.URL()+"/api/v1/message/"+mails[0].ID, ""); status != http.StatusNotFound {
		t.Errorf("a deleted mail: %d", status)
	}
	_ = server.Close()
	if left := get[list](t, start(t, mailcatcher.Options{Dir: dir}).URL()+"/api/v1/messages").Total; left != 0 {
		t.Errorf("%d deleted mails came back with a restart", left)
	}
}

func TestMailsSurviveARestartUpToTheLimit(t *testing.T) {
	dir := t.TempDir()
	first := start(t, mailcatcher.Options{Dir: dir, Limit: 2})
	for i := range 3 {
		mustSend(t, first, plain("ann@example.org", fmt.Sprint("mail ", i), "text"), "ann@example.org", "hidden@example.org")
	}
	before := get[list](t, first.URL()+"/api/v1/messages")
	if got := fmt.Sprint(subjects(before)); got != "[mail 2 mail 1]" {
		t.Errorf("kept %s", got)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
		t.Errorf("%d files, %v", len(files), err)
	}
	_ = first.Close()
	second := start(t, mailcatcher.Options{Dir: dir, Limit: 2})
	after := get[list](t, second.URL()+"/api/v1/messages")
	if len(after.Messages) != 2 || fmt.Sprint(subjects(after)) != fmt.Sprint(subjects(before)) {
		t.Fatalf("before %+v, after %+v", before, after)
	}
	if after.Messages[0].Bcc[0].Address != "hidden@example.org" || !after.Messages[0].Created.Equal(before.Messages[0].Created) {
		t.Errorf("after the restart: %+v", after.Messages[0])
	}
}

func TestChaos(t *testing.T) {
	server := start(t, mailcatcher.Options{})
	set := func(body string) int {
		status, _, _ := request(t, http.MethodPut, server.URL()+"/api/v1/chaos", body)
		return status
	}
	mail := plain("ann@example.org", "x", "y")
	for body, code := range map[string]int{
		`{"Recipient":{"ErrorCode":550,"Probability":100}}`: 550,
		`{"Sender":{"Probability":100}}`:                    451,
	} {
		if status := set(body); status != http.StatusOK {
			t.Fatalf("PUT %s: %d", body, status)
		}
		refusal, ok := errors.AsType[*smtp.SMTPError](send(server, mail, "ann@example.org"))
		if !ok || refusal.Code != code {
			t.Errorf("%s: %v, want %d", body, refusal, code)
		}
	}
	set(`{"Authentication":{"Probability":100}}`)
	client, err := smtp.Dial(server.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Auth(sasl.NewPlainClient("", "user", "password")); err == nil {
		t.Error("authentication did not fail")
	}
	if got := get[mailcatcher.Triggers](t, server.URL()+"/api/v1/chaos"); got.Authentication != (mailcatcher.Trigger{ErrorCode: 535, Probability: 100}) || got.Sender.Probability != 0 {
		t.Errorf("triggers: %+v", got)
	}
	set(`{}`)
	mustSend(t, server, mail, "ann@example.org")
	for _, wrong := range []string{`{"Sender":{"ErrorCode":200,"Probability":1}}`, `{"Sender":{"Probability":101}}`, `no JSON`} {
		if status := set(wrong); status != http.StatusBadRequest {
			t.Errorf("PUT %s: %d", wrong, status)
		}
	}
}

func TestPagesEscapeWhatMailsBring(t *testing.T) {
	server := start(t, mailcatcher.Options{})
	evil := `<script>alert("x")</script>`
	mustSend(t, server, plain(`"`+strings.ReplaceAll(evil, `"`, `'`)+`" <ann@example.org>`, evil, evil+" https://muster.test/verify?code=1&x=2."), "ann@example.org")
	for _, path := range []string{"/", "/message/latest", "/?query=" + url.QueryEscape(evil)} {
		status, header, body := request(t, http.MethodGet, server.URL()+path, "")
		if status != http.StatusOK || strings.Contains(body, "<script") || !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if _, _, body := request(t, http.MethodGet, server.URL()+"/message/latest", ""); !strings.Contains(body, `<a href="https://muster.test/verify?code=1&amp;x=2"`) {
		t.Errorf("no link in %s", body)
	}
	mustSend(t, server, both, "juergen@example.org")
	if _, _, body := request(t, http.MethodGet, server.URL()+"/message/latest", ""); !strings.Contains(body, `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox"`) || strings.Contains(body, "<script") {
		t.Errorf("the page of a mail with HTML: %s", body)
	}
	if _, header, body := request(t, http.MethodGet, server.URL()+"/message/latest/html", ""); !strings.HasPrefix(header.Get("Content-Security-Policy"), "sandbox allow-popups ") || !strings.Contains(body, "<b>123456</b>") {
		t.Errorf("the frame: %v %s", header, body)
	}
}

func TestOtherSitesMayNotChangeAnything(t *testing.T) {
	server := start(t, mailcatcher.Options{})
	mustSend(t, server, both, "juergen@example.org")
	req, _ := http.NewRequest(http.MethodPost, server.URL()+"/delete", nil)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusForbidden || get[list](t, server.URL()+"/api/v1/messages").Total != 1 {
		t.Errorf("status %d", response.StatusCode)
	}
}

func TestAMailThatCannotBeReadIsKept(t *testing.T) {
	server := start(t, mailcatcher.Options{})
	mustSend(t, server, "Content-Type: multipart/mixed\r\n\r\nno boundary\r\n", "ann@example.org")
	if got := get[list](t, server.URL()+"/api/v1/messages").Total; got != 1 {
		t.Errorf("%d mails", got)
	}
	get[mailcatcher.Message](t, server.URL()+"/api/v1/message/latest")
}

func TestTakenPortsAreExplained(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := listener.Addr().String()
	for setting, options := range map[string]mailcatcher.Options{
		"MUSTER_SMTP_ADDR": {SMTPAddr: taken, HTTPAddr: "127.0.0.1:0", SMTPSetting: "MUSTER_SMTP_ADDR"},
		"MUSTER_MAIL_ADDR": {SMTPAddr: "127.0.0.1:0", HTTPAddr: taken, HTTPSetting: "MUSTER_MAIL_ADDR"},
	} {
		options.Dir = t.TempDir()
		if _, err := mailcatcher.Start(options); err == nil || !strings.Contains(err.Error(), "set "+setting+" to another port") {
			t.Errorf("%s: %v", setting, err)
		}
	}
}
