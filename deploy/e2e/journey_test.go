//go:build browser

package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// screenshotsSetting is a directory for pictures of the pages.
const screenshotsSetting = "MUSTER_SCREENSHOTS"

// TestCustomerJourneyInABrowser clicks through plans, checkout with a code and a declined card, portal, invoice, change of
// plan with a preview, cancellation, resumption and refund in headless Chromium: in a small shop on Muster's API, and on the
// Stripe fake's pages. Afterwards the ledger has exactly what was paid and given back.
func TestCustomerJourneyInABrowser(t *testing.T) {
	browser, packages := chromium(t), npmPackages(t, filepath.Join("testdata", "browser"))
	boss, c := admin(t), verified(t, "journey")
	name := fmt.Sprintf("Journey%d ", run)
	for plan, amount := range map[string]int{"Silver": 1500, "Gold": 3000} {
		boss.want(http.StatusCreated, "POST", "/api/billing/plans", object{"name": name + plan, "interval": "month", "amount": amount, "currency": "usd"})
	}
	coupon := boss.want(http.StatusCreated, "POST", "/api/billing/coupons", object{
		"name": "Journey", "couponTypeCode": "DISC", "discountPercentage": 20, "couponDurationTypeCode": "FORE",
	})
	code := fmt.Sprintf("JOURNEY%d", run%1_000_000_000)
	boss.want(http.StatusCreated, "POST", "/api/billing/promotions", object{"name": "Journey", "code": code, "couponId": coupon.body["id"], "maxRedemptions": 1})

	shots := os.Getenv(screenshotsSetting)
	if shots == "" {
		shots = t.TempDir()
	}
	needs, err := json.Marshal(map[string]string{
		"chromium": browser, "email": c.email, "password": password, "admin": muster.Admin.Email, "adminPassword": muster.Admin.Password,
		"code": code, "cheap": name + "Silver", "dear": name + "Gold",
	})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "journey.mjs", shopFront(t, name), shots, string(needs))
	node.Dir = packages
	if out, err := node.CombinedOutput(); err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "done") {
		t.Fatalf("the journey (screenshots in %s): %v\n%s", shots, err, out)
	}
	if n := promotionsRedeemed(boss, code); n != 1.0 {
		t.Errorf("the promotion counts as redeemed %v times", n)
	}
	var sum int
	entries := boss.want(http.StatusOK, "GET", list("/api/billing/ledger", fmt.Sprintf(`{"userId":%d}`, c.id()), ""), nil).list()
	for _, e := range entries {
		sum += int(e["amount"].(float64))
	}
	if len(entries) != 3 || sum < 1200+1190-500 || sum > 1200+1200-500 {
		t.Errorf("%d cents in %v", sum, entries)
	}
}

func promotionsRedeemed(boss *client, code string) any {
	boss.t.Helper()
	rows := boss.want(http.StatusOK, "GET", list("/api/billing/promotions", fmt.Sprintf(`{"code":%q}`, code), ""), nil).list()
	if len(rows) != 1 {
		boss.t.Fatalf("promotions: %v", rows)
	}
	return rows[0]["redemptions"]
}

// shopFront serves the page of a shop that sells the plans whose names begin with a text.
func shopFront(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("testdata", "browser", "shop.html"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("{{GATEWAY}}", muster.Gateway, "{{NAME}}", name).Replace(string(page))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, text)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/"
}
