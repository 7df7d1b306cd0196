package stripefake

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// money formats an amount for people, such as "15.00 USD".
func money(amount int64, currency string) string {
	sign := ""
	if amount < 0 {
		sign, amount = "-", -amount
	}
	code := strings.ToUpper(currency)
	switch decimals(currency) {
	case 0:
		return fmt.Sprintf("%s%d %s", sign, amount, code)
	case 3:
		return fmt.Sprintf("%s%d.%03d %s", sign, amount/1000, amount%1000, code)
	}
	return fmt.Sprintf("%s%d.%02d %s", sign, amount/100, amount%100, code)
}

// rate formats a price for people: "15.00 USD / 3 months".
func rate(p *price) string {
	amount := money(p.UnitAmount, p.Currency)
	if p.Recurring == nil {
		return amount
	}
	if p.Recurring.Count == 1 {
		return amount + " / " + p.Recurring.Interval
	}
	return fmt.Sprintf("%s / %d %ss", amount, p.Recurring.Count, p.Recurring.Interval)
}

// planName returns the name of a price in an invoice line: "Pro (at 15.00 USD / month)".
func (tx *tx) planName(p *price) string {
	return fmt.Sprintf("%s (at %s)", tx.productName(p), rate(p))
}

func (tx *tx) productName(p *price) string {
	if held, ok := tx.st.Products.get(p.Product); ok {
		return held.Name
	}
	return p.Product
}

// couponText describes a coupon for people: "20 % off, for 3 months".
func couponText(c *coupon) string {
	value := money(int64(c.AmountOff), string(c.Currency))
	if c.PercentOff != nil {
		value = percent(*c.PercentOff)
	}
	switch c.Duration {
	case durationRepeating:
		return fmt.Sprintf("%s off, for %d months", value, c.DurationInMonths)
	case durationForever:
		return value + " off, forever"
	default:
		return value + " off, once"
	}
}

func day(at int64) string { return time.Unix(at, 0).UTC().Format("2 January 2006") }

func percent(p float64) string { return strconv.FormatFloat(p, 'f', -1, 64) + " %" }
